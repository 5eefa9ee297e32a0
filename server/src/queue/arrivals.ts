type Arrival = { outdated: boolean };

/** Requests of one name in the order in which they came: of those that are taken, each came after the one before it. */
export class Arrivals {
  /** Those under way, oldest first. */
  readonly #underWay = new Map<string, Set<Arrival>>();

  /** Notes that a request has come. `take` returns false if a later one was taken first; `end` is called in any case. */
  begin(name: string): { take(): boolean; end(): void } {
    const own: Arrival = { outdated: false };
    const all = this.#underWay.get(name) ?? new Set();
    this.#underWay.set(name, all.add(own));
    return {
      take() {
        if (own.outdated) return false;
        for (const earlier of all) {
          if (earlier === own) break;
          earlier.outdated = true;
        }
        return true;
      },
      end: () => {
        all.delete(own);
        if (all.size === 0) this.#underWay.delete(name);
      },
    };
  }
}
