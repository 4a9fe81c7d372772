import { version } from '@pulumi/command/package.json';
import { serve } from '../serving/serve';
import { noConfiguration } from '../serving/no-configuration';
import { command, run } from './command';
import { remoteCommand } from './remote';

serve(
  {
    ...noConfiguration,
    name: 'command',
    version,
    resources: { 'command:local:Command': command, 'command:remote:Command': remoteCommand },
    functions: { 'command:local:run': run },
  },
  process.argv.slice(2),
);
