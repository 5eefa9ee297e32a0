import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { RemoteFile } from "./listing.ts";

/** Hashes a file's bytes as they come, and says in the end whether they are what the hub announced. */
export class FileCheck {
  readonly #file: RemoteFile;
  readonly #hash: Hash;
  /** Bytes so far. */
  bytes = 0;

  constructor(file: RemoteFile) {
    this.#file = file;
    this.#hash = createHash(file.sha256 === undefined ? "sha1" : "sha256");
    // As git hashes a file: its kind and size, then its bytes.
    if (file.sha256 === undefined) this.#hash.update(`blob ${file.bytes}\0`);
  }

  add(part: Uint8Array): void {
    this.#hash.update(part);
    this.bytes += part.length;
  }

  /** Adds a whole file, but no more of it than was announced. */
  async addFile(path: string, signal: AbortSignal): Promise<void> {
    for await (const part of createReadStream(path, { highWaterMark: 2 ** 20, signal })) this.add(part as Buffer);
  }

  /** Whether all bytes came, and are the ones that were announced. To be called once. */
  matches(): boolean {
    const { bytes, sha256, git } = this.#file;
    return this.bytes === bytes && this.#hash.digest("hex") === (sha256 ?? git);
  }
}
