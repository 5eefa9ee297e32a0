import { hash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { isAbsolute, join, resolve, sep } from "node:path";
import type { Unusable } from "@clipwork/engine";
import { pictureSize } from "@clipwork/nodes";
import { fileTrouble } from "../files/file-trouble.ts";
import type { LocalFile } from "../worker/worker-protocol.ts";

const maxBytes = 100 * 1024 * 1024;
/** Of a folder. */
const maxPictures = 5000;
const maxFolderBytes = 1024 * 1024 * 1024;
const pictureName = /^[^.].*\.(png|jpe?g|webp|gif|tiff?)$/i;

/**
 * Looks up the values of file parameters, each in the places in order, and proves that they are whole pictures or arrays by reading
 * them: a truncated file is found now, not in the middle of a run.
 */
export async function findFiles(
  names: Iterable<string>,
  folders: ReadonlySet<string>,
  places: readonly string[],
): Promise<{ [name: string]: LocalFile | Unusable }> {
  const found: [string, LocalFile | Unusable][] = [];
  for (const name of new Set(names)) found.push([name, await findFile(name, folders.has(name), places)]);
  return Object.fromEntries(found);
}

/** Where a file of that name is looked for, in order; nowhere if it cannot be a name. */
export function placesOf(name: string, places: readonly string[]): readonly string[] {
  if (name === "" || name.includes("\0")) return [];
  // A workflow that was written on Windows names files with backslashes.
  const names = sep === "/" && name.includes("\\") ? [name, name.replaceAll("\\", "/")] : [name];
  return [...new Set(names.flatMap((name) => places.map((place) => resolve(place, name))))];
}

async function findFile(name: string, folder: boolean, places: readonly string[]): Promise<LocalFile | Unusable> {
  if (name === "") return { message: "No file is named.", remedy: "Give the path of a picture." };
  if (name.includes("\0")) return { message: "The name of the file has a NUL in it.", remedy: "Give a path." };
  const paths = placesOf(name, places);
  for (const path of paths) {
    const info = await stat(path).catch(() => undefined);
    if (!info) continue;
    if (folder) return findFolder(path);
    if (!info.isFile()) return { message: `${path} is not a file.`, remedy: "Give the path of a picture." };
    return checkFile(path, info.size);
  }
  const noun = folder ? "folder" : "file";
  return {
    // Whoever reads this has just read the name.
    message: isAbsolute(name) ? `There is no such ${noun}.` : `There is no ${noun} ${paths.join(", nor ")}.`,
    remedy: `Check the path, or put the ${noun} there.`,
  };
}

/** The pictures that lie directly in a folder, by name. Other files, hidden ones, links and folders in it are passed over. */
async function findFolder(path: string): Promise<LocalFile | Unusable> {
  const found = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error)
    return { message: `${path} cannot be read as a folder: ${found.code ?? found.message}.`, remedy: "Give a folder." };
  const names = found
    .filter((entry) => entry.isFile() && pictureName.test(entry.name))
    .map(({ name }) => name)
    .sort();
  const remedy = "Give a folder with pictures: PNG, JPEG, WebP, GIF or TIFF.";
  if (names.length === 0) return { message: `There is no picture in the folder ${path}.`, remedy };
  if (names.length > maxPictures)
    return { message: `${path} has ${names.length} pictures; at most ${maxPictures} are read.`, remedy: "Use fewer." };
  const entries: { name: string; path: string; digest: string }[] = [];
  let bytes = 0;
  for (const name of names) {
    const info = await stat(join(path, name)).catch((error: NodeJS.ErrnoException) => error);
    if (info instanceof Error) return unreadable(join(path, name), info);
    const { size } = info;
    bytes += size;
    if (bytes > maxFolderBytes) {
      const most = maxFolderBytes / 1024 / 1024;
      return { message: `The pictures in ${path} have more than ${most} MB together.`, remedy: "Use fewer." };
    }
    const file = await checkFile(join(path, name), size);
    if ("message" in file) return file;
    entries.push({ name, ...file });
  }
  const contents = entries.map(({ name, digest }) => [name, digest]);
  return { path, digest: hash("sha256", JSON.stringify(contents)), entries };
}

async function checkFile(path: string, size: number): Promise<LocalFile | Unusable> {
  if (size > maxBytes) {
    return {
      message: `${path} has ${Math.ceil(size / 1024 / 1024)} MB; at most ${maxBytes / 1024 / 1024} MB are read.`,
      remedy: "Use a smaller one.",
    };
  }
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) return unreadable(path, bytes);
  const trouble = await fileTrouble(bytes);
  if (trouble) return { message: `${path}: ${trouble.reason}.`, remedy: trouble.remedy };
  const facts = await pictureSize(bytes);
  return { path, digest: hash("sha256", bytes), ...(facts && { size: facts }) };
}

function unreadable(path: string, error: NodeJS.ErrnoException): Unusable {
  return { message: `${path} cannot be read: ${error.code ?? error.message}.`, remedy: "Allow reading it." };
}
