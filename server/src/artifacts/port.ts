import type { Readable } from "node:stream";
import type { Hash } from "../wire/wire.ts";

/** Bytes that are kept under their hash. They can be read until they are closed, even if they are removed meanwhile. */
export type Artifact = AsyncDisposable & {
  readonly size: number;
  /** The bytes from `first` to `last`, both included; all of them if neither is named. */
  read(first?: number, last?: number): Readable;
};

/** Where bytes are kept by their own SHA-256. Several processes may write at once. */
export interface ArtifactBytes {
  /** Keeps the bytes, if they are not kept already. Resolves to their hash. */
  put(bytes: Uint8Array): Promise<Hash>;
  /** Takes over a local file whose bytes have that hash. */
  adopt(file: string, hash: Hash): Promise<void>;
  /** What is kept under that hash, or undefined; what is damaged is not kept. Rejects if it is not a hash. */
  open(hash: Hash): Promise<Artifact | undefined>;
  /** Resolves when these would survive a power failure, as far as they are kept. */
  sync(hashes: Iterable<Hash>): Promise<void>;
  remove(hash: Hash): Promise<void>;
  /** Resolves when these are where all who use the store find them, as far as they are on this machine. Absent if they always are. */
  readonly share?: (hashes: Iterable<Hash>) => Promise<void>;
  /** Every hash under which something is kept. Removes what a process left unfinished. */
  list(): AsyncIterable<Hash>;
}

/** Who uses which artifacts. An owner is a run, a workflow, an upload: any text. */
export interface References {
  add(owner: string, hashes: Iterable<Hash>): Promise<void>;
  /** Removes the owner. Resolves to what it used. */
  remove(owner: string): Promise<readonly Hash[]>;
  has(hash: Hash): Promise<boolean>;
  /** Calls `work` if nobody uses it. Whoever adds a use of it meanwhile waits until that is over. */
  ifUnused(hash: Hash, work: () => Promise<void>): Promise<void>;
  owners(): Promise<readonly string[]>;
}

/**
 * Artifacts that stay as long as something refers to them. References are explicit and belong to this store: whoever logs
 * or saves something adds the reference first, so that whatever is named is in use. Every implementation passes
 * `artifact-store.contract.ts`.
 */
export interface ArtifactStore extends Pick<ArtifactBytes, "put" | "adopt" | "open" | "sync"> {
  /**
   * Records that `owner` uses these artifacts, in addition to those it used before. Whoever relies on them being kept holds
   * the store until then.
   */
  refer(owner: string, hashes: Iterable<Hash>): Promise<void>;
  /**
   * Records that the owner is gone. What it used is removed as soon as nobody holds the store, unless another owner uses
   * it.
   */
  release(owner: string): Promise<void>;
  owners(): Promise<readonly string[]>;
  /**
   * From now on nothing is removed until the function it resolves to is called: for a writer that finds an artifact already
   * there and will refer to it only later.
   */
  hold(): Promise<() => void>;
  /** Finds what nobody refers to, such as what a killed process left, and removes it as soon as nobody holds the store. */
  removeLeftovers(): Promise<void>;
  /** Resolves when everything that may be removed now has been removed. */
  settled(): Promise<void>;
  /** Removes nothing more. To be called before the database of the references is closed. */
  close(): Promise<void>;
}
