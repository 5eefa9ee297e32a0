import { type Box, grown, overlap } from "../canvas/geometry.ts";

/** Up to so many nodes are all drawn, wherever they are. */
export const fewNodes = 150;
/** With more cards than this in the window each is drawn as a plain one; with so many less they are whole again. */
const mostWhole = 160;
const wholeAgain = 130;
/** Canvas units around the window within which whole cards are drawn before they come into it. */
const ahead = 260;

type Question = {
  readonly ids: Iterable<string>;
  readonly few: boolean;
  readonly window: Box;
  readonly wasPlain: boolean;
  /** Where a card stands; undefined for one that is not to be drawn. */
  boxOf(id: string): Box | undefined;
};

type Answer = {
  /** Those nearest to the middle of the window first. */
  readonly ids: readonly string[];
  readonly plain: boolean;
  /** What is drawn lies within it; undefined if that is everything. */
  readonly zone: Box | undefined;
  /** How far the window may go until others are to be drawn. */
  readonly slack: number;
};

/** Which cards are drawn, and whether as plain ones. */
export function cardsToDraw({ ids, few, window, wasPlain, boxOf }: Question): Answer {
  if (few) return { ids: [...ids], plain: false, zone: undefined, slack: Number.POSITIVE_INFINITY };
  const aheadPlain = (window.right - window.left) / 4;
  const widest = grown(window, Math.max(ahead, aheadPlain));
  const boxes: (readonly [id: string, box: Box])[] = [];
  let seen = 0;
  for (const id of ids) {
    const box = boxOf(id);
    if (!box || !overlap(box, widest)) continue;
    boxes.push([id, box]);
    if (overlap(box, window)) seen++;
  }
  const plain = seen > (wasPlain ? wholeAgain : mostWhole);
  const by = plain ? aheadPlain : ahead;
  const zone = grown(window, by);
  const middle = { x: (window.left + window.right) / 2, y: (window.top + window.bottom) / 2 };
  const far = ({ left, top, right, bottom }: Box) =>
    Math.hypot((left + right) / 2 - middle.x, (top + bottom) / 2 - middle.y);
  const near = boxes.flatMap(([id, box]) => (overlap(box, zone) ? [{ id, far: far(box) }] : []));
  near.sort((a, b) => a.far - b.far);
  return { ids: near.map(({ id }) => id), plain, zone, slack: by / 2 };
}
