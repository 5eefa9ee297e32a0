import { type Box, overlap, type Point } from "./geometry.ts";

/**
 * How far boxes go so that `block` has room where `instead` stood, with the same corner: first what is to its right goes right, then what is below goes
 * down, each by as much as the block is larger. Boxes that do not overlap do not do so afterwards. Undefined if that makes no room.
 */
export function makeRoom(
  block: Box,
  instead: Box,
  others: ReadonlyMap<string, Box>,
): ReadonlyMap<string, Point> | undefined {
  const by = new Map<string, Point>();
  const now = ([id, { left, top, right, bottom }]: readonly [string, Box]): Box => {
    const { x, y } = by.get(id) ?? { x: 0, y: 0 };
    return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
  };
  const inTheWay = () => [...others].filter((one) => overlap(now(one), block));
  const right = ([, { left }]: readonly [string, Box]) => left >= instead.right;
  const below = ([, { top }]: readonly [string, Box]) => top >= instead.bottom;
  if (inTheWay().some(right)) {
    const x = Math.max(0, block.right - instead.right);
    for (const [id] of [...others].filter(right)) by.set(id, { x, y: 0 });
  }
  if (inTheWay().some(below)) {
    const y = Math.max(0, block.bottom - instead.bottom);
    for (const [id] of [...others].filter(below)) by.set(id, { x: by.get(id)?.x ?? 0, y });
  }
  return inTheWay().length === 0 ? by : undefined;
}
