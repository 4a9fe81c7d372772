/** Links in one folder: a listing of one stays short. */
const perShard = 1000;

/** `ledger/production/000000/000000042.json` */
export function entryName(environment: string, number: number): string {
  return `${shardFolder(environment, number)}/${String(number).padStart(9, '0')}.json`;
}

/** `ledger/production/000000`: where a link of this number lies. */
export function shardFolder(environment: string, number: number): string {
  return `${chainFolder(environment)}/${String(Math.floor(number / perShard)).padStart(6, '0')}`;
}

/** Whether a link is the first of its folder. The chain has none with the number 0. */
export function startsShard(environment: string, number: number): boolean {
  return number === 1 || shardFolder(environment, number) !== shardFolder(environment, number - 1);
}

/** `ledger/production` */
export function chainFolder(environment: string): string {
  return `ledger/${environment}`;
}

/** The number of a link; undefined for what is none of that chain, or lies where none belongs. */
export function numberIn(environment: string, name: string): number | undefined {
  const number = Number(/\/(\d{9})\.json$/.exec(name)?.[1]);
  return number > 0 && entryName(environment, number) === name ? number : undefined;
}

/** `ledger-snapshots/production` */
export function snapshotFolder(environment: string): string {
  return `ledger-snapshots/${environment}`;
}

/** `ledger-snapshots/production/000000042.json`: up to the record of this number. */
export function snapshotName(environment: string, number: number): string {
  return `${snapshotFolder(environment)}/${String(number).padStart(9, '0')}.json`;
}

/** The number of a snapshot; undefined for what is none. */
export function snapshotNumberIn(environment: string, name: string): number | undefined {
  const number = Number(/\/(\d{9})\.json$/.exec(name)?.[1]);
  return number > 0 && snapshotName(environment, number) === name ? number : undefined;
}
