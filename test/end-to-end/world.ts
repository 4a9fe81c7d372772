import { World } from './sluice';

export type { World };

let made: Promise<World> | undefined;

/** The one world of this run of tests; made on first use, brought up by the first theme. */
export function theWorld(): Promise<World> {
  made ??= World.make().then((world) => world.watched());
  return made;
}

after('take the tests’ Sluice away', async function () {
  this.timeout(0);
  if (made !== undefined) await (await made).end();
});
