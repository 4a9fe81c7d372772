export { duration } from '../base/duration';
