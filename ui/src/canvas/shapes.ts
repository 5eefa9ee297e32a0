import type { Point, Size } from "./geometry.ts";

/** The size of a card of which nothing is known. */
export const typicalCard: Size = { width: 256, height: 240 };

type Known = { readonly make: string; readonly size: Size };

/**
 * How large cards are and where their sockets stand in them, known of those that were drawn. Cards of one make are drawn alike, so the first of
 * them that was drawn speaks for those that never were: what a run puts into others does not move them.
 */
export class Shapes {
  readonly #own = new Map<string, Known>();
  readonly #byMake = new Map<string, Map<string, Size>>();
  /** What the last card of a make said that is gone. */
  readonly #left = new Map<string, Size>();
  readonly #sockets = new Map<string, Map<string, Point>>();

  /** A card was drawn in that size. Returns whether those of its make that were never drawn have another size now. */
  drawn(id: string, make: string, size: Size): boolean {
    const before = this.#ofMake(make);
    if (this.#own.get(id)?.make !== make) this.forget(id);
    this.#own.set(id, { make, size });
    const sizes = this.#byMake.get(make);
    if (sizes) sizes.set(id, size);
    else this.#byMake.set(make, new Map([[id, size]]));
    const { width, height } = this.#ofMake(make)!;
    return before?.width !== width || before.height !== height;
  }

  /** A socket, by whatever name, stands there in cards of that make. */
  socketDrawn(make: string, socket: string, at: Point): void {
    const sockets = this.#sockets.get(make);
    if (sockets) sockets.set(socket, at);
    else this.#sockets.set(make, new Map([[socket, at]]));
  }

  /** The size in which the card itself was drawn, if it still is of that make; else of one of its make, else of any card. */
  size(id: string, make: string): Size {
    const own = this.#own.get(id);
    return (own?.make === make ? own.size : this.#ofMake(make)) ?? typicalCard;
  }

  #ofMake(make: string): Size | undefined {
    const [first] = this.#byMake.get(make)?.values() ?? [];
    return first ?? this.#left.get(make);
  }

  /** Whether a card of that make was drawn. */
  knows(make: string): boolean {
    return this.#ofMake(make) !== undefined;
  }

  /** Where the socket stands in cards of that make; undefined if none was drawn. */
  socket(make: string, socket: string): Point | undefined {
    return this.#sockets.get(make)?.get(socket);
  }

  /** The card is gone for good. */
  forget(id: string): void {
    const own = this.#own.get(id);
    if (!own) return;
    this.#own.delete(id);
    const sizes = this.#byMake.get(own.make)!;
    sizes.delete(id);
    if (sizes.size > 0) return;
    this.#byMake.delete(own.make);
    this.#left.set(own.make, own.size);
  }
}
