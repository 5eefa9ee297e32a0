import { PersistentList } from "./persistent-list.ts";

/**
 * An immutable map with text keys, in the order in which the keys were added. A change returns a new map and leaves this
 * one as it is; its cost does not depend on the size, as long as new keys are added only to the newest map.
 */
export class PersistentMap<V extends object> implements Iterable<readonly [string, V]> {
  /** By place, without gaps. */
  readonly entries: PersistentList<readonly [string, V]>;
  /** Each key's place. Shared with the maps made from this one: their new keys have the places from `size` on. */
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
    // If another map was made from this one, its keys already have the places that this one needs.
    const places =
      this.#places.size === this.size ? this.#places : new Map([...this].map(([own], place) => [own, place]));
    places.set(key, this.size);
    return new PersistentMap(places, this.entries.push([key, value]));
  }

  [Symbol.iterator](): Iterator<readonly [string, V]> {
    return this.entries[Symbol.iterator]();
  }
}
