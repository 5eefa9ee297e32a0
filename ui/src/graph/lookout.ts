import { type Box, overlap } from "../canvas/geometry.ts";

type Needs = {
  /** The cards whose size is known, and the notes. */
  boxes(): Iterable<Box>;
  visible(): Box;
  /** Hears whether there is something on the canvas, and nothing of it in sight. */
  lost(lost: boolean): void;
};

/** A function that looks in the next frame whether any card or note is in sight, however often it is called before. */
export function createLookout({ boxes, visible, lost }: Needs): () => void {
  let looking = false;
  return () => {
    if (looking) return;
    looking = true;
    requestAnimationFrame(() => {
      looking = false;
      const window = visible();
      let any = false;
      for (const box of boxes()) {
        if (overlap(box, window)) return lost(false);
        any = true;
      }
      lost(any);
    });
  };
}
