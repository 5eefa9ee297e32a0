import { hash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Unusable } from "@clipwork/engine";
import { pictureTrouble } from "@clipwork/nodes";
import type { LocalFile } from "../worker/worker-protocol.ts";

const maxBytes = 100 * 1024 * 1024;

/**
 * Looks up the values of file parameters, each in the folders in order, and proves that they are whole pictures by decoding
 * them: a truncated file is found now, not in the middle of a run.
 */
export async function findFiles(
  names: Iterable<string>,
  folders: readonly string[],
): Promise<{ [name: string]: LocalFile | Unusable }> {
  const found: [string, LocalFile | Unusable][] = [];
  for (const name of new Set(names)) found.push([name, await findFile(name, folders)]);
  return Object.fromEntries(found);
}

async function findFile(name: string, folders: readonly string[]): Promise<LocalFile | Unusable> {
  if (name === "") return { message: "No file is named.", remedy: "Give the path of a picture." };
  if (name.includes("\0")) return { message: "The name of the file has a NUL in it.", remedy: "Give a path." };
  const paths = [...new Set(folders.map((folder) => resolve(folder, name)))];
  for (const path of paths) {
    const info = await stat(path).catch(() => undefined);
    if (!info) continue;
    if (!info.isFile()) return { message: `${path} is not a file.`, remedy: "Give the path of a picture." };
    if (info.size > maxBytes) {
      return {
        message: `${path} has ${Math.ceil(info.size / 1024 / 1024)} MB; at most ${maxBytes / 1024 / 1024} MB are read.`,
        remedy: "Use a smaller picture.",
      };
    }
    return checkPicture(path);
  }
  return { message: `There is no file ${paths.join(", nor ")}.`, remedy: "Check the path, or put the file there." };
}

async function checkPicture(path: string): Promise<LocalFile | Unusable> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) {
    return { message: `${path} cannot be read: ${bytes.code ?? bytes.message}.`, remedy: "Allow reading it." };
  }
  const trouble = await pictureTrouble(bytes);
  if (trouble) return { message: `${path} cannot be used as a picture: ${trouble.reason}.`, remedy: trouble.remedy };
  return { path, digest: hash("sha256", bytes) };
}
