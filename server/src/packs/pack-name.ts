import { basename, dirname, resolve } from "node:path";
import { weightStems } from "@clipwork/models";
import type { Source } from "../hub/connection/plain-address.ts";

/** A name for the pack of a folder: the folder's own, or the repository's if the folder is a version in a hub's cache. */
export function packName(folder: string): string {
  const path = resolve(folder);
  const [, repository] = /^models--.*--(.+)$/.exec(basename(dirname(dirname(path)))) ?? [];
  const given = basename(dirname(path)) === "snapshots" && repository ? repository : basename(path);
  const plain = given
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 64);
  return plain || "imported";
}

/** The name of a pack if none is chosen: the repository's, or of an address the folder's, or the file's if that has one of its own. */
export function nameOf(source: Source): string {
  if (!("folder" in source)) return packName(source.id);
  const stem = source.file?.replace(/\.safetensors$/i, "");
  return packName(stem !== undefined && !weightStems.includes(stem) ? stem : source.folder.pathname);
}
