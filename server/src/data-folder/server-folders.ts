import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Unusable } from "@clipwork/engine";
import { absent } from "../files/whole-file.ts";
import { folderTrouble } from "./folder-trouble.ts";

/** The folders in a data folder in which a server writes, and what they hold. */
const folders = [
  ["values", "folder of kept values"],
  ["artifacts", "folder of pictures and files"],
  ["uploads", "folder of uploads"],
] as const;

/** Why a server cannot work in a data folder that can itself be written: something else has the place of a folder of its own, or it may not be written. Writes nothing. */
export async function serverFoldersTrouble(data: string): Promise<Unusable | undefined> {
  for (const [name, title] of folders) {
    const path = join(data, name);
    const there = await stat(path).catch(absent);
    const trouble = there && (await folderTrouble(path, title));
    if (trouble) {
      const remedy = there.isDirectory()
        ? "Let the user that runs Clipwork write in it."
        : "Remove the file, or give it another place.";
      return { message: trouble.message, remedy };
    }
  }
  return undefined;
}
