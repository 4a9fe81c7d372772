import { version } from '@pulumi/random/package.json';
import { noConfiguration } from '../serving/no-configuration';
import { serve } from '../serving/serve';
import { randomBytes, randomId } from './bytes';
import { randomPassword, randomString } from './text';

serve(
  {
    ...noConfiguration,
    name: 'random',
    version,
    resources: {
      'random:index/randomBytes:RandomBytes': randomBytes,
      'random:index/randomId:RandomId': randomId,
      'random:index/randomPassword:RandomPassword': randomPassword,
      'random:index/randomString:RandomString': randomString,
    },
    functions: {},
  },
  process.argv.slice(2),
);
