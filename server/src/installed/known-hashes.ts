import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { FileHashes, type KnownHash } from "@clipwork/models";
import { replaceFile } from "../files/whole-file.ts";

const format = "clipwork-hashes/1";

/** Smaller files are read faster than it is worth to remember them. */
export const worthRemembering = 64 * 2 ** 20;

type Known = { readonly [path: string]: KnownHash };

/** The hashes of large files that earlier processes computed; none if the file is not there, or is not one of these. */
export async function knownHashes(file: string | undefined): Promise<FileHashes> {
  const hashes = new FileHashes();
  hashes.learn(await read(file));
  return hashes;
}

/**
 * Adds what is known of large files to what is remembered, so that the next process does not read gigabytes again. A hash counts as
 * long as the system describes its file as it did then (`FileHashes`). That the disk refuses is no failure: then files are hashed again.
 */
export async function rememberHashes(file: string | undefined, known: Known): Promise<void> {
  if (file === undefined) return;
  const large = Object.entries(known).filter(([, { stamp }]) => sizeIn(stamp) >= worthRemembering);
  const before = await read(file);
  const added = large.filter(([path, { stamp }]) => before[path]?.stamp !== stamp);
  if (added.length === 0) return;
  const files = { ...before, ...Object.fromEntries(added) };
  await mkdir(dirname(file), { recursive: true })
    .then(() => replaceFile(file, [Buffer.from(`${JSON.stringify({ format, files }, undefined, 1)}\n`)]))
    .catch((error: NodeJS.ErrnoException) => {
      if (error.syscall === undefined) throw error;
    });
}

/** The size that a stamp says: device, file number, size, times. */
const sizeIn = (stamp: string) => Number(stamp.split(" ")[2]);

async function read(file: string | undefined): Promise<Known> {
  const text = file === undefined ? "" : await readFile(file, "utf8").catch(() => "");
  try {
    const json = JSON.parse(text) as { readonly format?: unknown; readonly files?: object };
    if (json.format !== format) return {};
    return Object.fromEntries(Object.entries(json.files ?? {}).filter(([, entry]) => isKnown(entry)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return {};
    throw error;
  }
}

function isKnown(entry: unknown): entry is KnownHash {
  const { stamp, sha256 } = (entry ?? {}) as { readonly stamp?: unknown; readonly sha256?: unknown };
  return typeof stamp === "string" && typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256);
}
