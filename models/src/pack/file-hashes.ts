import { lstat } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { hashFile } from "./hash-file.ts";

/** A file's sha256 in hex, and how the system described the file at that time. */
export type KnownHash = { readonly stamp: string; readonly sha256: string };

/** For this many milliseconds after its last change, a file may change again without the system's clock showing it. */
const clockStepMs = 100;

/**
 * Hashes of files. Each file is read once, and again when the system says that it changed: its size, its place on the disk,
 * or its time of change, which no program can set back. Plain data, so that another process need not read the files again.
 */
export class FileHashes {
  readonly #known = new Map<string, KnownHash>();
  readonly #now: () => number;

  /** `now`: milliseconds since 1970. */
  constructor(now = Date.now) {
    this.#now = now;
  }

  /** The sha256 of a file's bytes in hex. Throws what the system does if the file cannot be read. */
  async of(file: string): Promise<string> {
    const path = resolve(file);
    const { stamp } = await stampOf(path);
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return known.sha256;
    const sha256 = await hashFile(path);
    const after = await stampOf(path);
    // A file that is being written, or was a moment ago, may change and look the same.
    if (after.stamp === stamp && this.#now() - after.changed > clockStepMs) this.#known.set(path, { stamp, sha256 });
    else this.#known.delete(path);
    return sha256;
  }

  /** The hash of a file that the system describes as it did when the hash was learnt; undefined for any other. The file is not read. */
  async current(file: string): Promise<string | undefined> {
    const known = this.known(file);
    return known !== undefined && known.stamp === (await stampOf(resolve(file))).stamp ? known.sha256 : undefined;
  }

  /** Takes over the hash of a file as it is now, which this process computed while it wrote, or just before. */
  async note(file: string, sha256: string): Promise<void> {
    const path = resolve(file);
    this.#known.set(path, { stamp: (await stampOf(path)).stamp, sha256 });
  }

  /** What is known of files in a folder and below it, by absolute path. */
  below(folder: string): { readonly [path: string]: KnownHash } {
    const start = resolve(folder) + sep;
    return Object.fromEntries([...this.#known].filter(([path]) => path.startsWith(start)));
  }

  /** What is known of one file. */
  known(file: string): KnownHash | undefined {
    return this.#known.get(resolve(file));
  }

  /** Takes over what another process knows of this machine's files. */
  learn(known: { readonly [path: string]: KnownHash }): void {
    for (const [path, hash] of Object.entries(known)) this.#known.set(path, hash);
  }
}

/**
 * How the system describes a file, in one line, and when it last changed, in milliseconds since 1970. Links are not
 * followed.
 */
export async function stampOf(path: string): Promise<{ readonly stamp: string; readonly changed: number }> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await lstat(path, { bigint: true });
  return { stamp: [dev, ino, size, mtimeNs, ctimeNs].join(" "), changed: Number(ctimeNs / 1_000_000n) };
}
