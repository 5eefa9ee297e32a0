const bits = 5;
const width = 1 << bits;

type Branch = readonly unknown[];
const bare: Branch = [];

/**
 * An immutable list that may have gaps. A change returns a new list and leaves this one as it is. The two share everything
 * but the path to the changed place, at most six arrays of 32, so changing a long list costs no more than changing a short
 * one.
 */
export class PersistentList<V extends string | number | object> implements Iterable<V> {
  static readonly empty: PersistentList<never> = new PersistentList<never>(0, 0, bare);

  /** How many places hold a value. */
  readonly size: number;
  /** Levels of branches above the leaves. */
  readonly levels: number;
  readonly root: Branch;

  private constructor(size: number, levels: number, root: Branch) {
    this.size = size;
    this.levels = levels;
    this.root = root;
  }

  /** The value at a place from 0 to 2³⁰ - 1, or undefined if there is none. */
  at(place: number): V | undefined {
    if (place >= width ** (this.levels + 1)) return undefined;
    let branch = this.root;
    for (let level = this.levels; level > 0; level--) {
      const below = branch[(place >>> (level * bits)) & (width - 1)];
      if (below === undefined) return undefined;
      branch = below as Branch;
    }
    return branch[place & (width - 1)] as V | undefined;
  }

  /** This list with the value at that place. */
  with(place: number, value: V): PersistentList<V> {
    let { levels, root } = this;
    for (; place >= width ** (levels + 1); levels++) root = [root];
    const size = this.at(place) === undefined ? this.size + 1 : this.size;
    return new PersistentList<V>(size, levels, replace(root, levels, place, value));
  }

  /** This list, which has no gaps, with one more value at its end. */
  push(value: V): PersistentList<V> {
    return this.with(this.size, value);
  }

  /** The values by place, without the gaps. */
  [Symbol.iterator](): Iterator<V> {
    return leaves<V>(this.root, this.levels);
  }
}

function replace(branch: Branch, level: number, place: number, value: unknown): Branch {
  const at = (place >>> (level * bits)) & (width - 1);
  const copy = branch.slice();
  while (copy.length < at) copy.push(undefined);
  copy[at] = level === 0 ? value : replace((copy[at] as Branch | undefined) ?? bare, level - 1, place, value);
  return copy;
}

function* leaves<V>(branch: Branch, level: number): Generator<V> {
  for (const below of branch) {
    if (below === undefined) continue;
    if (level === 0) yield below as V;
    else yield* leaves<V>(below as Branch, level - 1);
  }
}
