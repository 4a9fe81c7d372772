import type { CiKind } from './kind';

/** The platform's own server. */
export const drone: CiKind = {
  title: 'Drone',
  jobIn: ({ DRONE_REPO: repository, DRONE_BUILD_NUMBER: build, DRONE_WORKSPACE: workspace, ...rest }) => {
    if (repository === undefined || build === undefined) return undefined;
    const { DRONE_COMMIT_SHA: commit } = rest;
    return {
      name: `${repository} ${build}`,
      isPassing: false,
      workspace,
      commit,
    };
  },
  whoAsked: async (question) => (await import('../drone-identity')).promoterAtDrone(question),
};
