import { access, constants, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Unusable } from "@clipwork/engine";

/** The type of the system's own files, as statfs of Linux tells it. Node's `mkdir` of a folder in it, with those above, never ends. */
const procfs = 0x9fa0;

/**
 * Why `folder` could not be created or written to, or undefined. Writes nothing: it looks at the nearest part that exists.
 */
export async function folderTrouble(folder: string, title: string): Promise<Unusable | undefined> {
  for (let path = folder; ; path = dirname(path)) {
    const info = await stat(path).catch((error: NodeJS.ErrnoException) => error);
    if (info instanceof Error) {
      if ((info.code === "ENOENT" || info.code === "ENOTDIR") && dirname(path) !== path) continue;
      return unusable(`The ${title} ${folder} cannot be reached: ${info.code ?? info.message}.`);
    }
    if (!info.isDirectory()) {
      return unusable(
        path === folder
          ? `The ${title} ${folder} is a file.`
          : `The ${title} ${folder} cannot be made: ${path} is a file.`,
      );
    }
    const refused = await access(path, constants.W_OK).then(
      () => undefined,
      ({ code }: NodeJS.ErrnoException) => code,
    );
    if (refused === undefined)
      return path !== folder && (await statfs(path)).type === procfs
        ? unusable(`The ${title} ${folder} cannot be made: ${path} has only what the system puts there.`)
        : undefined;
    if (refused !== "EROFS") return unusable(`The ${title} ${folder} cannot be written: ${path} is not writable.`);
    return {
      message: `The ${title} ${folder} cannot be written: ${path} lies on a disk that is read-only.`,
      remedy: "Mount the disk so that it can be written, or name a folder on another one.",
    };
  }
}

function unusable(message: string): Unusable {
  return { message, remedy: "Name a folder that is writable." };
}
