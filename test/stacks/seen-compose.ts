import type { ActionInput } from '../../actions/contract';
import { command, remoteCommand, type Recorder, type Registered } from '../components/mocks';
import { plain, stdinOf } from '../components/platform-args';

/** Resources with something to do: what people and providers see, without our own groups of them. */
export const real = ({ resources }: Recorder): Registered[] =>
  resources.filter(({ type }) => !type.startsWith('sluice:'));
export const script = (recorder: Recorder): string => String(plain(recorder.inputs(remoteCommand, 'deploy')['stdin']));
export const recorded = (recorder: Recorder) =>
  stdinOf(recorder.inputs(command, 'cutover')) as unknown as ActionInput<'record-deployment'>;
