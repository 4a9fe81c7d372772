/** Port on which the front serves Drone to people. */
export const frontPort = 8080;

/** Port on which the front serves the git host's API to Drone. */
export const frontGitPort = 3000;

/** Where the front's container keeps the program that makes token names new. */
export const tokenNamesFile = '/usr/local/etc/haproxy/token-names.lua';

/** What stands behind the front, and how people see it. */
export interface DroneFrontSettings {
  /** Drone's container. */
  drone: string;
  /** The git host's container and port, `sluice-git:3000`. */
  gitHost: string;
  /** The git host as Drone calls it, without a slash at the end. */
  gitHostForDrone: string;
  /** The git host as people open it, without a slash at the end. */
  gitHostForPeople: string;
  /** See `GitHost.reusesTokenNames`. */
  reusesTokenNames: boolean;
}

/**
 * HAProxy's configuration in front of Drone. Drone knows one address of the git host only; it has to be one that
 * Drone reaches from its container, and people's browsers do not reach that one. So the front puts people's address
 * into the redirects that Drone sends them (to the git host's sign-in, to commits).
 */
export function droneFrontConfig(settings: DroneFrontSettings): string {
  return `${[
    'global',
    '  log stdout format raw local0 notice',
    '  maxconn 2000',
    ...(settings.reusesTokenNames ? [`  lua-load ${tokenNamesFile}`] : []),
    '',
    'defaults',
    '  mode http',
    '  log global',
    '  timeout connect 5s',
    '  timeout http-request 10s',
    '  timeout client 1h',
    // A log that is followed is one long answer.
    '  timeout server 1h',
    '  timeout tunnel 1h',
    '  retries 3',
    '  option forwardfor',
    '',
    // This name is the one that HAProxy's own HTTP client looks for.
    'resolvers default',
    '  nameserver dns 127.0.0.11:53',
    '  resolve_retries 3',
    '  timeout resolve 1s',
    '  timeout retry 1s',
    '  hold valid 1s',
    '',
    'frontend people',
    `  bind :${frontPort}`,
    '  default_backend drone',
    '',
    'backend drone',
    `  http-response replace-header Location ^${pattern(settings.gitHostForDrone)}(/.*)?$ ${settings.gitHostForPeople}\\1`,
    `  server drone ${settings.drone}:80 resolvers default init-addr last,libc,none`,
    ...(settings.reusesTokenNames ? gitHostSection(settings.gitHost) : []),
  ].join('\n')}\n`;
}

function gitHostSection(gitHost: string): string[] {
  return [
    '',
    'frontend git-host-api',
    `  bind :${frontGitPort}`,
    '  acl tokens path_reg ^/api/v1/users/[^/]+/tokens/?$',
    // What is listed could not be used: the git host keeps hashes only.
    '  http-request return status 200 content-type application/json string "[]" if tokens METH_GET',
    '  http-request use-service lua.new-token if tokens METH_POST',
    '  default_backend git-host-api',
    '',
    'backend git-host-api',
    `  server git-host ${gitHost} resolvers default init-addr last,libc,none`,
  ];
}

/** An address as HAProxy's configuration takes it in a regular expression. */
function pattern(url: string): string {
  return url.replace(/[.*+?^${}()|[\]\\]/g, (character) => `\\${character}`);
}

/**
 * The program that asks the git host for a token under a name that was not there before, whatever name Drone asks for.
 * Gogs keeps hashes of tokens and refuses a name twice, so that without this a person could sign in to Drone only once.
 */
export function tokenNamesProgram(gitHost: string): string {
  return `core.register_service('new-token', 'http', function(applet)
  local headers = { ['content-type'] = { 'application/json' } }
  for _, value in pairs(applet.headers['authorization'] or {}) do
    headers['authorization'] = { value }
  end
  applet:receive()
  local name = string.format('drone-%d-%d', core.now().sec, core.now().usec)
  local answer = core.httpclient():post{
    url = 'http://${gitHost}' .. applet.path,
    headers = headers,
    body = string.format('{"name":"%s"}', name),
  }
  applet:set_status(answer.status or 502)
  applet:add_header('content-type', 'application/json')
  applet:add_header('content-length', tostring(#(answer.body or '')))
  applet:start_response()
  applet:send(answer.body or '')
end)
`;
}
