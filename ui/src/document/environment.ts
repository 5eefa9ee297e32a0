import { type Catalogue, collectFiles, type Document, type Environment } from "@clipwork/engine";
import type { PackJson } from "@clipwork/server/wire";

/** What the server says that workflows may name. */
export type Known = { readonly catalogue: Catalogue; readonly packs: readonly PackJson[] };

/**
 * What the engine needs to check a document in the browser, so that its sentences are the same as the server's. An uploaded
 * file counts as present: the server checks when the run is submitted.
 */
export function environmentFor(document: Document | undefined, { catalogue, packs }: Known): Environment {
  const files = document ? collectFiles(document, catalogue) : [];
  return {
    catalogue,
    packs: Object.fromEntries(packs.map((pack) => [pack.name, "facts" in pack ? pack.facts : pack.unusable])),
    files: Object.fromEntries(files.map((name) => [name, fileFacts(name)])),
    numerics: "",
    hash: () => "",
  };
}

function fileFacts(name: string): Environment["files"][string] {
  const hash = assetHash(name);
  if (hash !== undefined) return { digest: hash };
  return { message: "the server opens uploaded pictures, not paths.", remedy: "Drop the picture onto the node." };
}

/** The hash in "asset:<hash>", the name by which a document refers to an uploaded file; undefined for any other value. */
export function assetHash(value: unknown): string | undefined {
  return typeof value === "string" ? /^asset:([0-9a-f]{64})$/.exec(value)?.[1] : undefined;
}

/** The name of an uploaded file in documents. */
export function assetName(hash: string): string {
  return `asset:${hash}`;
}
