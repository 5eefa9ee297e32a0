type Size = { readonly width: number; readonly height: number };

/** Width to height of a block: about that of a window's canvas. */
const aspect = 1.5;

/**
 * Corners for rectangles that stand in rows, in their order, each row as high as its highest: together a block of a window's shape.
 * None overlaps another; `gap` is between them.
 */
export function shelve(all: readonly Size[], gap: number): { readonly x: number; readonly y: number }[] {
  const area = all.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0);
  const widest = all.reduce((most, { width }) => Math.max(most, width), 0);
  const row = Math.max(widest, Math.sqrt(area * aspect) - gap);
  let [x, y, high] = [0, 0, 0];
  return all.map(({ width, height }) => {
    if (x > 0 && x + width > row) {
      y += high + gap;
      [x, high] = [0, 0];
    }
    const corner = { x, y };
    x += width + gap;
    high = Math.max(high, height);
    return corner;
  });
}
