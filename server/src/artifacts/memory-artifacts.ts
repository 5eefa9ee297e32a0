import { hash as digest } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import type { Hash } from "../wire/wire.ts";
import { isHash } from "./artifact-files.ts";
import type { ArtifactBytes, ArtifactStore, References } from "./port.ts";
import { ReferencedArtifacts } from "./referenced-artifacts.ts";

/** Artifacts in memory, for tests and for servers that keep nothing. */
export function memoryArtifacts(
  onFault: (error: unknown) => void,
  kept: MemoryArtifacts = { bytes: new Map(), owners: new Map() },
): ArtifactStore {
  return new ReferencedArtifacts(memoryBytes(kept.bytes), memoryReferences(kept.owners), onFault);
}

/** What such a store keeps, so that another one can continue with it. */
export type MemoryArtifacts = {
  readonly bytes: Map<Hash, Uint8Array>;
  readonly owners: Map<string, Set<Hash>>;
};

function memoryBytes(kept: Map<Hash, Uint8Array>): ArtifactBytes {
  return {
    async put(bytes) {
      const hash = digest("sha256", bytes);
      kept.set(hash, bytes.slice());
      return hash;
    },
    async adopt(file, hash) {
      kept.set(hash, await readFile(file));
      await rm(file);
    },
    async open(hash) {
      if (!isHash(hash)) throw new Error(`not a hash: ${hash}`);
      const bytes = kept.get(hash);
      if (!bytes) return undefined;
      const read = (first = 0, last = bytes.length - 1) => Readable.from([Buffer.from(bytes.slice(first, last + 1))]);
      return { size: bytes.length, read, [Symbol.asyncDispose]: async () => {} };
    },
    async sync() {},
    async remove(hash) {
      kept.delete(hash);
    },
    async *list() {
      yield* [...kept.keys()];
    },
  };
}

function memoryReferences(owners: Map<string, Set<Hash>>): References {
  const has = async (hash: Hash) => [...owners.values()].some((used) => used.has(hash));
  return {
    async add(owner, hashes) {
      const used = owners.get(owner) ?? new Set();
      for (const hash of hashes) used.add(hash);
      if (used.size > 0) owners.set(owner, used);
    },
    async remove(owner) {
      const used = owners.get(owner) ?? [];
      owners.delete(owner);
      return [...used];
    },
    has,
    async ifUnused(hash, work) {
      if (!(await has(hash))) await work();
    },
    owners: async () => [...owners.keys()].sort(),
  };
}
