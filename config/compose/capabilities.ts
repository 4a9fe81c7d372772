/** Capabilities that a service may ask for: of what an engine gives by default, what programs of official images need to give up root. */
export const capabilities = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETUID',
] as const;
export type Capability = (typeof capabilities)[number];

/** Whether a service may ask for it. */
export function isCapability(text: string): text is Capability {
  return (capabilities as readonly string[]).includes(text);
}
