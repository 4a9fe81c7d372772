import { engineResolvers, pattern, platformProxy, toContainer } from './proxy';

/** Port on which the front serves Drone to people. */
export const frontPort = 8080;

/** Port on which the front takes the git host's hooks for Drone. */
export const frontHookPort = 8088;

/** Port on which the front serves the git host's API to Drone. */
export const frontGitPort = 3000;

/** Where the front's container keeps the program that makes token names new. */
export const tokenNamesFile = '/usr/local/etc/haproxy/token-names.lua';

/** The name that HAProxy's own HTTP client looks for. */
const resolvers = 'default';

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
    ...platformProxy(...(settings.reusesTokenNames ? [`  lua-load ${tokenNamesFile}`] : [])),
    ...engineResolvers(resolvers),
    'frontend people',
    `  bind :${frontPort}`,
    // The git host's hooks have a door of their own, the runners go to the server itself; nobody else has business there.
    '  http-request return status 404 if { path /hook } or { path_beg /hook/ } or { path_beg /rpc }',
    ...parameterRules(),
    '  default_backend drone',
    '',
    // Whoever has a repository at the git host may have it call any address of the hosts that it may call: this is the only one.
    'frontend hooks',
    `  bind :${frontHookPort}`,
    '  acl hook path -m str /hook',
    "  acl signed query -m reg '^(secret=[^&;]*)?$'",
    '  acl asks query -m found',
    '  http-request set-var(txn.hook) bool(false)',
    '  http-request set-var(txn.hook) bool(true) if METH_POST hook !asks',
    '  http-request set-var(txn.hook) bool(true) if METH_POST hook signed',
    '  http-request return status 404 unless { var(txn.hook) -m bool }',
    '  default_backend drone',
    '',
    'backend drone',
    `  http-response replace-header Location ^${pattern(settings.gitHostForDrone)}(/.*)?$ ${settings.gitHostForPeople}\\1`,
    `  server drone ${settings.drone}:80 resolvers ${resolvers} init-addr last,libc,none`,
    ...(settings.reusesTokenNames ? gitHostSection(settings.gitHost) : []),
  ].join('\n')}\n`;
}

/**
 * What a request that changes something may say in its address, by path: names of the query. Drone takes every other name for a
 * parameter of the build, which it gives to all steps as an environment variable. A path that is not here says nothing.
 */
export const queryNames: readonly { path: string; names: readonly string[] }[] = [
  // Start a build; restart one or run a cron job: nothing.
  { path: '^/api/repos/[^/]+/[^/]+/builds$', names: ['branch', 'commit'] },
  { path: '^/api/repos/[^/]+/[^/]+/builds/[0-9]+/(promote|rollback)$', names: ['target'] },
  // No build comes of these.
  { path: '^/api/repos/[^/]+/[^/]+$', names: ['remove'] },
  { path: '^/api/user/repos$', names: ['async'] },
  { path: '^/api/user/token$', names: ['rotate'] },
];

/** As a request is sent, not decoded: a name or a path in another spelling is none of the list. */
function parameterRules(): string[] {
  const message = JSON.stringify({
    message: 'Build parameters are not taken. Do the same without them.',
  });
  return [
    '  acl reads method GET HEAD OPTIONS',
    '  acl asks query -m reg .',
    '  http-request set-var(txn.said) bool(false)',
    '  http-request set-var(txn.said) bool(true) if reads',
    '  http-request set-var(txn.said) bool(true) if !asks',
    ...queryNames.map(
      ({ path, names }) =>
        `  http-request set-var(txn.said) bool(true) if { path -m reg '${path}' } { query -m reg '^((${names.join('|')})=[^&;]*(&|$))*$' }`,
    ),
    `  http-request return status 403 content-type application/json string '${message}' unless { var(txn.said) -m bool }`,
  ];
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
    '  default_backend git-host',
    '',
    ...toContainer('git-host', gitHost, resolvers),
  ];
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
