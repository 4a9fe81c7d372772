/** A file that a stage of a repository's Dockerfile leaves, published with each release. */
export interface ArtifactSource {
  stage: string;
  /** Absolute, of a file: `/out/app.zip`. */
  path: string;
  mediaType: string;
}

/** By name. */
export type ArtifactSources = Record<string, ArtifactSource>;

/** The image that holds an artifact's file between the steps that build and push; it is in the engine only, and nothing else is in it. */
export function artifactImage(repository: string, name: string, ownTag: string): string {
  return `${repository}/artifact-${name}:${ownTag}`;
}
