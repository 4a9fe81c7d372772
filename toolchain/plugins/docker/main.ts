import { version } from '@pulumi/docker/package.json';
import { serve } from '../serving/serve';
import { container } from './container/container';
import { getNetwork, getRegistryImage, getRemoteImage } from './functions';
import { network } from './network';
import { remoteImage } from './remote-image';
import { keptSettings, secretSettings, settingsFailures, useSettings } from './settings';
import { tag } from './tag';
import { volume } from './volume';

serve(
  {
    name: 'docker',
    version,
    checkConfiguration: settingsFailures,
    completeConfiguration: keptSettings,
    secretConfiguration: secretSettings,
    replacingConfiguration: [],
    configure: useSettings,
    resources: {
      'docker:index/container:Container': container,
      'docker:index/network:Network': network,
      'docker:index/remoteImage:RemoteImage': remoteImage,
      'docker:index/tag:Tag': tag,
      'docker:index/volume:Volume': volume,
    },
    functions: {
      'docker:index/getNetwork:getNetwork': getNetwork,
      'docker:index/getRegistryImage:getRegistryImage': getRegistryImage,
      'docker:index/getRemoteImage:getRemoteImage': getRemoteImage,
    },
  },
  process.argv.slice(2),
);
