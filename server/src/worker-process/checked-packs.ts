import { join } from "node:path";
import type { Problem, Unusable } from "@clipwork/engine";
import { FileHashes, type Pack, packDigests } from "@clipwork/models";
import { isUnusable, loadPack } from "../installed/load-packs.ts";
import type { CheckedPack } from "../worker/worker-protocol.ts";

/** A pack that was opened, or is being opened, with that manifest. */
type Opened = { readonly pack: Promise<Pack | Unusable>; readonly manifest: string | undefined };

/** The packs of a process that runs what another one has checked. */
export class CheckedPacks {
  readonly #opened = new Map<string, Opened>();
  /** The hashes of their files. */
  readonly hashes = new FileHashes();

  /**
   * The pack in that folder, opened again if its manifest has changed. A problem if it cannot be used, or is not the one that was
   * checked.
   */
  async open(name: string, { folder, digests, hashes }: CheckedPack): Promise<Pack | Problem> {
    this.hashes.learn(hashes);
    const pack = await this.#read(folder);
    if (isUnusable(pack)) return { code: "unusable-pack", severity: "error", ...pack };
    if (agrees(pack, digests)) return pack;
    return {
      code: "pack-changed",
      severity: "error",
      message: `The model pack "${name}" has changed since the run was checked.`,
      remedy: "Start the run again: it takes the pack as it is now.",
    };
  }

  async #read(folder: string): Promise<Pack | Unusable> {
    const manifest = await this.hashes.of(join(folder, "manifest.json")).catch(() => undefined);
    const opened = this.#opened.get(folder);
    // Runs that begin together have the same pack.
    if (opened && opened.manifest === manifest) return opened.pack;
    const pack = loadPack(folder, this.hashes);
    this.#opened.set(folder, { pack, manifest });
    const forget = () => {
      if (this.#opened.get(folder)?.pack === pack) this.#opened.delete(folder);
    };
    await pack.then((found) => {
      if (manifest === undefined || isUnusable(found)) forget();
    }, forget);
    return pack;
  }
}

function agrees(pack: Pack, digests: CheckedPack["digests"]): boolean {
  const here = packDigests(pack);
  const parts = new Set([...Object.keys(here), ...Object.keys(digests)]);
  return [...parts].every((part) => here[part] === digests[part]);
}
