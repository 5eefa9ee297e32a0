import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { PackError } from "@clipwork/models";
import { isPlainName, type Repository } from "./connection/names.ts";
import type { Hub } from "./connection/settings.ts";
import { FileCheck } from "./file-check.ts";
import type { Listing, RemoteFile } from "./listing.ts";

// The folder is that of Python's huggingface_hub: models--ORG--NAME, with `refs/REVISION` (a commit), `snapshots/COMMIT/FILE`, links to
// `blobs/HASH`. It is only read.

const folderOf = (hub: Hub, { id }: Repository) => join(hub.cache, `models--${id.replace("/", "--")}`);

/** What the cache holds of a revision, as a hub would list it. Throws PackError if that is nothing. */
export async function cachedListing(hub: Hub, repository: Repository): Promise<Listing> {
  const folder = folderOf(hub, repository);
  const { id, revision } = repository;
  const named = await readFile(join(folder, "refs", ...revision.split("/")), "utf8").catch(() => revision);
  const commit = named.trim();
  const snapshot = join(folder, "snapshots", commit);
  const names = /^[0-9a-f]{40}$/.test(commit) ? await readdir(snapshot, { recursive: true }).catch(() => []) : [];
  const files = new Map<string, RemoteFile>();
  for (const name of names) {
    const path = name.split(sep).join("/");
    const real = isPlainName(path) ? await inside(folder, join(snapshot, name)) : undefined;
    if (real === undefined) continue;
    const hash = basename(real);
    const { size: bytes } = await stat(real);
    files.set(path, {
      ...{ path, bytes },
      ...(/^[0-9a-f]{64}$/.test(hash) ? { sha256: hash } : /^[0-9a-f]{40}$/.test(hash) ? { git: hash } : {}),
    });
  }
  if (files.size > 0) return { repository, commit, files, licence: {} };
  throw new PackError(
    `HF_HUB_OFFLINE is set, and the cache ${hub.cache} does not hold ${id} with the revision ${revision}.`,
    "Set HF_HUB_OFFLINE to nothing to download it, or HF_HOME to the folder that has it.",
  );
}

/** Where the cache has a file of this name and size in that commit, or undefined. Its content is not read. */
export async function findCached(
  hub: Hub,
  { repository, commit }: Pick<Listing, "repository" | "commit">,
  { path, bytes }: RemoteFile,
): Promise<string | undefined> {
  if (hub.kind === "folder") return undefined;
  const folder = folderOf(hub, repository);
  const real = await inside(folder, join(folder, "snapshots", commit, ...path.split("/")));
  return real !== undefined && (await stat(real)).size === bytes ? real : undefined;
}

/** Where the cache keeps a file of this very content, or undefined. Reads the file to compare its hash. */
export async function cachedFile(
  hub: Hub,
  listing: Pick<Listing, "repository" | "commit">,
  file: RemoteFile,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (file.sha256 === undefined && file.git === undefined) return undefined;
  const real = await findCached(hub, listing, file);
  if (real === undefined) return undefined;
  const check = new FileCheck(file);
  await check.addFile(real, signal);
  return check.matches() ? real : undefined;
}

/** The file that a path leads to, if it is one and lies in the folder. */
async function inside(folder: string, path: string): Promise<string | undefined> {
  const real = await realpath(path).catch(() => undefined);
  const home = await realpath(folder).catch(() => undefined);
  if (real === undefined || home === undefined || !real.startsWith(home + sep)) return undefined;
  return (await stat(real)).isFile() ? real : undefined;
}
