/** An SVG path of upright bars, one unit apart, around the middle of a strip 40 units high; the longest nearly fills it. */
export function barPath(bars: readonly number[]): string {
  const most = Math.max(...bars.map(Math.abs), 1e-9);
  return bars.map((bar, i) => `M${i + 0.5} 20V${(20 - (bar / most) * 19).toFixed(2)}`).join("");
}
