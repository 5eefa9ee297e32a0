import { NodeError } from "@clipwork/engine";

/**
 * Makes sure that a picture or a mask is as large as the decoder's pictures, `side` × `side`. Throws NodeError if not. `what` begins the
 * sentence: "The picture".
 */
export function requireSide(
  { width, height }: { readonly width: number; readonly height: number },
  side: number,
  what: string,
  remedy: string,
): void {
  if (width === side && height === side) return;
  throw new NodeError(`${what} is ${width} × ${height}, but this decoder paints ${side} × ${side}.`, remedy);
}

/** What to do about a picture of another size. */
export const pictureRemedy = (side: number) =>
  `Give it a picture of that size; "Load image" crops to a square when its "size" is ${side}.`;
