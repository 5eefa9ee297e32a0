import { PersistentList } from "./persistent-list.ts";

/**
 * An immutable map from text, in the order in which its keys came. A change gives a new map and leaves this one as it is;
 * the cost of a change does not depend on the size.
 */
export class PersistentMap<V extends object> implements Iterable<readonly [string, V]> {
  /** By place. */
  readonly entries: PersistentList<readonly [string, V]>;
  /**
   * Each key's place, shared by all maps that come from one empty map. Places are only ever added, and a key whose place
   * holds nothing in `entries` is not in this map.
   */
  readonly #places: Map<string, number>;

  private constructor(places: Map<string, number>, entries: PersistentList<readonly [string, V]>) {
    this.#places = places;
    this.entries = entries;
  }

  static empty<V extends object>(): PersistentMap<V> {
    return new PersistentMap<V>(new Map(), PersistentList.empty);
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: string): V | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.entries.at(place)?.[1];
  }

  with(key: string, value: V): PersistentMap<V> {
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#places.size;
      this.#places.set(key, place);
    }
    return new PersistentMap(this.#places, this.entries.with(place, [key, value]));
  }

  [Symbol.iterator](): Iterator<readonly [string, V]> {
    return this.entries[Symbol.iterator]();
  }
}
