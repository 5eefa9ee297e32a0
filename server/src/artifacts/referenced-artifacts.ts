import type { Hash } from "../wire/wire.ts";
import type { ArtifactBytes, ArtifactStore, References } from "./port.ts";

/** So many are removed before who waits to hold has a turn. */
const removedAtOnce = 100;

/** An artifact store over any place of bytes and any list of references. It removes what nobody refers to any more. */
export class ReferencedArtifacts implements ArtifactStore {
  readonly #bytes: ArtifactBytes;
  readonly #references: References;
  readonly #onFault: (error: unknown) => void;
  /** What may be without a use. */
  readonly #dropped = new Set<Hash>();
  #holders = 0;
  #closed = false;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(bytes: ArtifactBytes, references: References, onFault: (error: unknown) => void) {
    this.#bytes = bytes;
    this.#references = references;
    this.#onFault = onFault;
  }

  put = (bytes: Uint8Array) => this.#bytes.put(bytes);
  adopt = (file: string, hash: Hash) => this.#bytes.adopt(file, hash);
  open = (hash: Hash) => this.#bytes.open(hash);
  sync = (hashes: Iterable<Hash>) => this.#bytes.sync(hashes);
  owners = () => this.#references.owners();

  async refer(owner: string, hashes: Iterable<Hash>): Promise<void> {
    const all = [...hashes];
    await this.#references.add(owner, all);
    // From here on nobody removes them: what was removed before comes back.
    await this.#bytes.share?.(all);
  }

  async release(owner: string): Promise<void> {
    for (const hash of await this.#references.remove(owner)) this.#dropped.add(hash);
    this.#sweep();
  }

  async hold(): Promise<() => void> {
    // Behind the removals that are due: those who hold one after the other would never let anything go.
    await this.#inTurn(() => void this.#holders++);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders--;
      this.#sweep();
    };
  }

  async removeLeftovers(): Promise<void> {
    for await (const hash of this.#bytes.list()) {
      if (this.#closed) return;
      if (!(await this.#references.has(hash))) this.#dropped.add(hash);
    }
    this.#sweep();
  }

  async settled(): Promise<void> {
    for (let last: unknown; last !== this.#sweeping; ) {
      last = this.#sweeping;
      await last;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.settled();
  }

  #sweep(): void {
    void this.#inTurn(() => this.#removeDropped());
  }

  #inTurn(work: () => Promise<void> | void): Promise<void> {
    this.#sweeping = this.#sweeping.then(work).catch(this.#onFault);
    return this.#sweeping;
  }

  async #removeDropped(): Promise<void> {
    let removed = 0;
    for (const hash of this.#dropped) {
      if (this.#holders > 0 || this.#closed) return;
      if (removed++ === removedAtOnce) return this.#sweep();
      this.#dropped.delete(hash);
      await this.#references.ifUnused(hash, () => this.#bytes.remove(hash));
    }
  }
}
