import type { Hash, OutputFile } from "@clipwork/server/wire";
import { at } from "./root.ts";

/** Where an artifact's bytes are. */
export function artifact(hash: Hash): string {
  return at(`/api/v1/artifacts/${hash}`);
}

/** Where a file that a run's output kept is, under its own name. */
export function outputFile(run: string, { hash }: OutputFile): string {
  return at(`/api/v1/runs/${run}/files/${hash}`);
}

/** Where the report of a run is: one HTML file. */
export function reportFile(run: string): string {
  return at(`/api/v1/runs/${run}/report`);
}

/** Where a picture of what a template makes is. */
export function templatePicture(id: string): string {
  return at(`/templates/${encodeURIComponent(id)}.webp`);
}
