/** Where Gogs keeps everything, in its official images. */
export const gogsDataPath = '/data';

/** Where its configuration is put: outside the volume, so that it is always what was declared last. */
export const gogsConfigFile = '/etc/gogs/app.ini';

/** What Gogs' configuration is made of. */
export interface GogsSettings {
  /** Address as people open it. */
  url: string;
  secretKey: string;
  /** The only host that hooks may be sent to, by name. */
  hookHost: string;
}

/**
 * Gogs' configuration: no installation page, no registration, SQLite, Git over HTTP only, hooks to one host.
 * `INSTALL_LOCK` is for versions before 0.15.
 */
export function gogsConfig({ url, secretKey, hookHost }: GogsSettings): string {
  return [
    'BRAND_NAME = Gogs',
    'RUN_USER = git',
    'RUN_MODE = prod',
    '[server]',
    `EXTERNAL_URL = ${url}/`,
    `DOMAIN = ${new URL(url).hostname}`,
    'HTTP_PORT = 3000',
    'LOCAL_ROOT_URL = http://127.0.0.1:3000/',
    `APP_DATA_PATH = ${gogsDataPath}/gogs/data`,
    'OFFLINE_MODE = true',
    'DISABLE_SSH = true',
    '[repository]',
    `ROOT = ${gogsDataPath}/git/gogs-repositories`,
    'SCRIPT_TYPE = sh',
    'DEFAULT_BRANCH = main',
    '[repository.upload]',
    `TEMP_PATH = ${gogsDataPath}/gogs/data/tmp/uploads`,
    '[database]',
    'TYPE = sqlite3',
    `PATH = ${gogsDataPath}/gogs/data/gogs.db`,
    '[security]',
    'INSTALL_LOCK = true',
    `SECRET_KEY = ${secretKey}`,
    `LOCAL_NETWORK_ALLOWLIST = ${hookHost}`,
    '[auth]',
    'DISABLE_REGISTRATION = true',
    'ENABLE_REGISTRATION_CAPTCHA = false',
    '[session]',
    'PROVIDER = file',
    `PROVIDER_CONFIG = ${gogsDataPath}/gogs/data/sessions`,
    '[picture]',
    `AVATAR_UPLOAD_PATH = ${gogsDataPath}/gogs/data/avatars`,
    `REPOSITORY_AVATAR_UPLOAD_PATH = ${gogsDataPath}/gogs/data/repo-avatars`,
    'DISABLE_GRAVATAR = true',
    '[attachment]',
    `PATH = ${gogsDataPath}/gogs/data/attachments`,
    '[log]',
    'MODE = console',
    `ROOT_PATH = ${gogsDataPath}/gogs/log`,
    '',
  ].join('\n');
}
