import { type Box, overlap } from "./geometry.ts";

/** Canvas units of a cell's side: about a card. */
const cell = 256;

/** Boxes by id, found by where they are: cells of a grid name what touches them, so a search reads only its neighbourhood. */
export class BoxIndex<Id> {
  readonly #boxes = new Map<Id, Box>();
  readonly #cells = new Map<number, Set<Id>>();

  get size(): number {
    return this.#boxes.size;
  }

  get(id: Id): Box | undefined {
    return this.#boxes.get(id);
  }

  /** Puts the box there, in place of the one that it had. */
  set(id: Id, box: Box): void {
    const before = this.#boxes.get(id);
    this.#boxes.set(id, box);
    if (before && sameCells(before, box)) return;
    if (before) this.#leave(id, before);
    for (const key of cellsOf(box)) {
      const there = this.#cells.get(key);
      if (there) there.add(id);
      else this.#cells.set(key, new Set([id]));
    }
  }

  delete(id: Id): void {
    const box = this.#boxes.get(id);
    if (!box) return;
    this.#boxes.delete(id);
    this.#leave(id, box);
  }

  #leave(id: Id, box: Box): void {
    for (const key of cellsOf(box)) {
      const there = this.#cells.get(key);
      there?.delete(id);
      if (there?.size === 0) this.#cells.delete(key);
    }
  }

  /** Whether any box overlaps this one. */
  any(box: Box): boolean {
    return this.find(box, () => true) !== undefined;
  }

  /** The ids of the boxes that overlap this one. */
  in(box: Box): Set<Id> {
    const found = new Set<Id>();
    this.find(box, (id) => {
      found.add(id);
      return false;
    });
    return found;
  }

  /** The first box found that overlaps this one and is wanted, by its id. One that lies in several cells may be asked for twice. */
  find(box: Box, wanted: (id: Id) => boolean): Id | undefined {
    const [left, top, right, bottom] = rangeOf(box);
    for (let x = left; x <= right; x++)
      for (let y = top; y <= bottom; y++)
        for (const id of this.#cells.get(keyOf(x, y)) ?? [])
          if (overlap(this.#boxes.get(id)!, box) && wanted(id)) return id;
    return undefined;
  }
}

type Cells = readonly [left: number, top: number, right: number, bottom: number];

function rangeOf({ left, top, right, bottom }: Box): Cells {
  return [Math.floor(left / cell), Math.floor(top / cell), Math.floor(right / cell), Math.floor(bottom / cell)];
}

function sameCells(a: Box, b: Box): boolean {
  const [one, other] = [rangeOf(a), rangeOf(b)];
  return one.every((value, i) => value === other[i]);
}

function* cellsOf(box: Box): Iterable<number> {
  const [left, top, right, bottom] = rangeOf(box);
  for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) yield keyOf(x, y);
}

/** One number a cell: both of its coordinates, each of which may be negative. */
function keyOf(x: number, y: number): number {
  return x * 0x100000 + y;
}
