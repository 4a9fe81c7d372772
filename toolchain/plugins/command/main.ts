import { version } from '@pulumi/command/package.json';
import { serve } from '../serving/serve';
import { noConfiguration } from '../serving/no-configuration';
import { command, run } from './command';

serve(
  {
    ...noConfiguration,
    name: 'command',
    version,
    resources: { 'command:local:Command': command },
    functions: { 'command:local:run': run },
  },
  process.argv.slice(2),
);
