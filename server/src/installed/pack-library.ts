import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Unusable } from "@clipwork/engine";
import { FileHashes, findPacks, type Pack } from "@clipwork/models";
import { knownHashes, rememberHashes } from "./known-hashes.ts";
import { isUnusable, loadPack } from "./load-packs.ts";

type Known = { readonly stamp: string; readonly pack: Promise<Pack | Unusable> };

/**
 * The model packs that are installed, for a process that stays: each is read once, and again when its manifest changes; one that
 * is unusable is read each time.
 */
export class PackLibrary {
  readonly #roots: readonly string[];
  readonly #hashesFile: string | undefined;
  readonly #known = new Map<string, Known>();
  /** Of the files of all packs. */
  readonly hashes = new FileHashes();

  /** `hashesFile`: where hashes of large files are remembered. */
  constructor(roots: readonly string[], hashesFile?: string) {
    this.#roots = roots;
    this.#hashesFile = hashesFile;
  }

  /** Those packs, or all that there are, as `loadPacks` returns them. */
  async load(names?: Iterable<string>): Promise<Map<string, Pack | Unusable>> {
    const loaded = new Map<string, Pack | Unusable>();
    const asked = names && [...names];
    if (asked?.length === 0) return loaded;
    const places = await findPacks(this.#roots);
    for (const name of asked ?? [...places.keys()].sort()) {
      const folder = places.get(name);
      if (folder !== undefined) loaded.set(name, await this.#open(folder));
    }
    return loaded;
  }

  async #open(folder: string): Promise<Pack | Unusable> {
    const { mtimeMs, size } = await stat(join(folder, "manifest.json"));
    const stamp = `${mtimeMs} ${size}`;
    const known = this.#known.get(folder);
    if (known?.stamp === stamp && !isUnusable(await known.pack)) return known.pack;
    const pack = this.#read(folder);
    this.#known.set(folder, { stamp, pack });
    return pack;
  }

  async #read(folder: string): Promise<Pack | Unusable> {
    this.hashes.learn((await knownHashes(this.#hashesFile)).below(folder));
    const pack = await loadPack(folder, this.hashes);
    await rememberHashes(this.#hashesFile, this.hashes.below(folder));
    return pack;
  }
}
