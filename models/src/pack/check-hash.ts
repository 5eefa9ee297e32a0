import { basename, dirname } from "node:path";
import { PackError } from "../fields/pack-error.ts";

/** What to do about a pack that is not as it was made. The files of an import may be linked, and then are changed where they came from too. */
export const makeAgain =
  "Download or export the pack again; if it was imported, remove it and import the files anew, as they were published.";

/** Throws PackError unless a file of a pack has the sha256 that the manifest states. */
export function checkHash(path: string, actual: string, sha256: string): void {
  if (actual === sha256) return;
  const file = `${basename(path)} in ${dirname(path)}`;
  const message = `${file} is not the file that the manifest describes: its sha256 is ${actual}, not ${sha256}.`;
  throw new PackError(message, `The file is damaged or was changed. ${makeAgain}`);
}
