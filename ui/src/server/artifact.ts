import type { Hash, OutputFile } from "@clipwork/server/wire";

/** Where an artifact's bytes are. */
export function artifact(hash: Hash): string {
  return `/api/v1/artifacts/${hash}`;
}

/** Where a file that a run's output kept is, under its own name. */
export function outputFile(run: string, { hash }: OutputFile): string {
  return `/api/v1/runs/${run}/files/${hash}`;
}

/** Where the report of a run is: one HTML file. */
export function reportFile(run: string): string {
  return `/api/v1/runs/${run}/report`;
}
