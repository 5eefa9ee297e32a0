import { p } from "@clipwork/engine";

/** The parameter "size" of nodes that bring pictures in. */
export const squareSize = p.integer(
  "Side in pixels of a square to scale and crop to, keeping the middle; empty keeps the size.",
  { default: null, min: 8, max: 4096 },
);
