import type { Point, Size } from "./geometry.ts";

/** The size of a card of which nothing is known. */
export const typicalCard: Size = { width: 256, height: 240 };

type Known = { readonly make: string; readonly size: Size };

/**
 * How large cards are and where their sockets stand in them, known of those that were drawn. Cards of one make are drawn alike, so one of
 * them speaks for those that were never drawn.
 */
export class Shapes {
  readonly #own = new Map<string, Known>();
  readonly #sizes = new Map<string, Size>();
  readonly #sockets = new Map<string, Map<string, Point>>();

  /** A card was drawn in that size. */
  drawn(id: string, make: string, size: Size): void {
    this.#own.set(id, { make, size });
    this.#sizes.set(make, size);
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
    return (own?.make === make ? own.size : this.#sizes.get(make)) ?? typicalCard;
  }

  /** Whether a card of that make was drawn. */
  knows(make: string): boolean {
    return this.#sizes.has(make);
  }

  /** Where the socket stands in cards of that make; undefined if none was drawn. */
  socket(make: string, socket: string): Point | undefined {
    return this.#sockets.get(make)?.get(socket);
  }

  /** The card is gone for good. */
  forget(id: string): void {
    this.#own.delete(id);
  }
}
