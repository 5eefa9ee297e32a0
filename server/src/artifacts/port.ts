import type { Readable } from "node:stream";
import type { Hash } from "../wire/wire.ts";

/** Bytes that are kept under their hash. */
export type Artifact = {
  readonly size: number;
  /** The bytes from `first` to `last`, both included; all of them if neither is named. */
  read(first?: number, last?: number): Readable;
};

/** Where bytes lie by the SHA-256 of themselves. Several processes may write at once. */
export interface ArtifactBytes {
  /** Keeps the bytes, which may be kept already. Resolves to their hash. */
  put(bytes: Uint8Array): Promise<Hash>;
  /** Takes over a local file whose bytes have that hash. */
  adopt(file: string, hash: Hash): Promise<void>;
  /** What is kept under that hash, or undefined. Rejects if it is no hash. */
  open(hash: Hash): Promise<Artifact | undefined>;
  remove(hash: Hash): Promise<void>;
  /** Every hash under which something is kept. Removes what a process left unfinished. */
  list(): AsyncIterable<Hash>;
}

/** Who uses which artifacts. An owner is a run, a workflow, an upload: any text. */
export interface References {
  add(owner: string, hashes: Iterable<Hash>): Promise<void>;
  /** Forgets the owner. Resolves to what it used. */
  remove(owner: string): Promise<readonly Hash[]>;
  has(hash: Hash): Promise<boolean>;
  owners(): Promise<readonly string[]>;
}

/**
 * Artifacts that stay as long as somebody refers to them. References are explicit and belong to this store: whoever logs or saves
 * something refers first, so that what is named is in use. Every implementation passes `artifact-store.contract.ts`.
 */
export interface ArtifactStore extends Pick<ArtifactBytes, "put" | "adopt" | "open"> {
  /** Says that `owner` uses these artifacts, beside those that it used before. */
  refer(owner: string, hashes: Iterable<Hash>): Promise<void>;
  /** Says that the owner is gone. What it used goes as soon as nobody holds, unless somebody else uses it. */
  release(owner: string): Promise<void>;
  owners(): Promise<readonly string[]>;
  /**
   * From now on nothing is removed, until the function is called that it resolves to: for a writer who finds an artifact to be there
   * already, and will refer to it only later.
   */
  hold(): Promise<() => void>;
  /** Finds what nobody refers to, as a process leaves it that is killed, and removes it as soon as nobody holds. */
  removeLeftovers(): Promise<void>;
  /** Resolves when everything is removed that may be removed now. */
  settled(): Promise<void>;
  /** Removes nothing more. To be called before the database of the references is closed. */
  close(): Promise<void>;
}
