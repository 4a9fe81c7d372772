export { run } from '../pipelines/steps/run';
