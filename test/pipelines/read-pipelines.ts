import { parseAllDocuments } from 'yaml';

/** A pipeline as Drone reads it. */
export interface Pipeline {
  name: string;
  trigger: unknown;
  concurrency?: object;
  steps: {
    name: string;
    commands?: unknown;
    entrypoint: string[];
    command: string[];
    environment: Record<string, unknown>;
    when?: { target: string[] };
    volumes?: { name: string; path: string }[];
  }[];
  volumes?: { name: string; host?: { path: string }; temp?: object }[];
}

/** The pipelines of a text, which Drone reads as YAML 1.1. */
export function readPipelines(text: string): Pipeline[] {
  return parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS() as Pipeline);
}
