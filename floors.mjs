/**
 * The floors of this house, from the top down: a file imports from its own floor's room and from floors below, and from nowhere else.
 * Rooms of one floor don't know each other. CONTRIBUTING.md tells what each room is for; `npm run lint` holds it to this list.
 */
export const floors = [
  ['bin'],
  ['cli'],
  ['operations'],
  ['index.ts', 'audit'],
  ['stacks'],
  ['components'],
  ['toolchain'],
  ['actions'],
  ['config'],
  ['checks'],
  ['targets'],
  ['pipelines'],
  ['store'],
  ['clients'],
  ['releases'],
  ['base'],
];

/** Rooms that may use everything, and that nothing of the product uses. */
export const beside = ['bench', 'test'];
