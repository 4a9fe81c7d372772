import { beside, floors } from './floors.mjs';

/** The files of a room: a folder, or a file of the root. */
const filesOf = (rooms) =>
  `^(${rooms.map((room) => (room.includes('.') ? room.replace('.', '\\.') : `${room}/`)).join('|')})`;

const product = floors.flat();

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circle',
      comment:
        'Neither file of a circle can be read, tested or changed alone. Put what both need into a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...floors.slice(1).map((rooms, index) => ({
      name: `no-import-upwards-from-${rooms.map((room) => room.replace(/\.ts$/, '')).join('-and-')}`,
      comment: 'What is needed here stands on a floor above. Move it down, or have it given.',
      severity: 'error',
      from: { path: filesOf(rooms) },
      to: { path: filesOf(floors.slice(0, index + 1).flat()) },
    })),
    ...floors
      .filter((rooms) => rooms.length > 1)
      .flatMap((rooms) =>
        rooms.map((room) => ({
          name: `no-import-beside-from-${room.replace(/\.ts$/, '')}`,
          severity: 'error',
          from: { path: filesOf([room]) },
          to: { path: filesOf(rooms.filter((other) => other !== room)) },
        })),
      ),
    {
      name: 'no-test-in-the-product',
      comment: 'What people run has no test or bench in it.',
      severity: 'error',
      from: { path: filesOf(product) },
      to: { path: filesOf(beside) },
    },
    {
      name: 'no-development-package-in-the-product',
      comment:
        'The image of steps and checks has no packages for development: what runs belongs among the dependencies.',
      severity: 'error',
      from: { path: filesOf(product) },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-room-without-a-floor',
      comment: 'A new room gets its place in floors.mjs.',
      severity: 'error',
      from: { path: filesOf(product) },
      to: {
        pathNot: [filesOf([...product, ...beside]), '^package\\.json$', 'node_modules', '^storedog/'],
        dependencyTypes: ['local'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(storedog|docs|coverage|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.cjs', '.mjs', '.js', '.json'] },
  },
};
