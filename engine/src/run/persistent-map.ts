import { PersistentList } from "./persistent-list.ts";

/**
 * An immutable map from text, in the order in which its keys came. A change gives a new map and leaves this one as it is;
 * the cost of a change does not depend on the size, as long as a new key is added to the newest map only.
 */
export class PersistentMap<V extends object> implements Iterable<readonly [string, V]> {
  /** By place, without gaps. */
  readonly entries: PersistentList<readonly [string, V]>;
  /** Each key's place. Shared with the maps that were made from this one: their new keys have the places from `size` on. */
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

  /** This map with the value under that key. */
  with(key: string, value: V): PersistentMap<V> {
    const known = this.#places.get(key);
    if (known !== undefined && known < this.size)
      return new PersistentMap(this.#places, this.entries.with(known, [key, value]));
    // Where another map has gone on from this one, its keys have the places that this one needs.
    const places =
      this.#places.size === this.size ? this.#places : new Map([...this].map(([own], place) => [own, place]));
    places.set(key, this.size);
    return new PersistentMap(places, this.entries.push([key, value]));
  }

  [Symbol.iterator](): Iterator<readonly [string, V]> {
    return this.entries[Symbol.iterator]();
  }
}
