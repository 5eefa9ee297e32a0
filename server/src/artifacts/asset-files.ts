import type { Unusable } from "@clipwork/engine";
import { pictureSize } from "@clipwork/nodes";
import type { Hash } from "../wire/wire.ts";
import type { LocalFile } from "../worker/worker-protocol.ts";
import type { ArtifactFiles } from "./artifact-files.ts";

const assetPattern = /^asset:([0-9a-f]{64})$/;

/** Looks up the values of file parameters if only kept files may be named, as `asset:<hash>`. Paths and folders are refused. */
export async function findAssets(
  names: Iterable<string>,
  folders: ReadonlySet<string>,
  artifacts: Pick<ArtifactFiles, "open" | "place">,
): Promise<{ [name: string]: LocalFile | Unusable }> {
  const found: [string, LocalFile | Unusable][] = [];
  for (const name of new Set(names))
    found.push([name, folders.has(name) ? noFolder : await findAsset(name, artifacts)]);
  return Object.fromEntries(found);
}

const noFolder: Unusable = {
  message: "A server reads no folders.",
  remedy: "Run the workflow on the command line, or upload the pictures and load them one by one.",
};

async function findAsset(
  name: string,
  artifacts: Pick<ArtifactFiles, "open" | "place">,
): Promise<LocalFile | Unusable> {
  const hash = assetPattern.exec(name)?.[1];
  if (hash === undefined) {
    return {
      message: "A server reads no paths.",
      remedy: 'Upload the file and name it "asset:" and its hash.',
    };
  }
  await using kept = await artifacts.open(hash);
  if (!kept) return { message: `There is no file with the hash ${hash}.`, remedy: "Upload it again." };
  const path = artifacts.place(hash);
  const size = await pictureSize(path);
  return { path, digest: hash, ...(size && { size }) };
}

/** The uploaded files that are named anywhere in it. */
export function assetsIn(thing: unknown): Hash[] {
  return [...new Set([...JSON.stringify(thing).matchAll(/"asset:([0-9a-f]{64})"/g)].map(([, hash]) => hash!))];
}
