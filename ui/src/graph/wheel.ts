/** Pixels of a line and of a page, in which some wheels count. */
const linePixels = 16;
/** More than this in one event is a notch of a wheel rather than two fingers. */
const notch = 25;

/** What a turn of the wheel asks of the canvas. */
export type Turn = { readonly zoom: number } | { readonly x: number; readonly y: number };

/** A wheel event, as the browser has it. */
export type WheelPress = Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode" | "ctrlKey" | "metaKey" | "shiftKey">;

/**
 * Wheel and two fingers pan; with Ctrl or the command key they zoom, and so does a pinch, which the browser reports as a wheel with
 * Ctrl. Shift turns a wheel that has one direction sideways. `page` is the height of the canvas in pixels.
 */
export function turnOf({ deltaX, deltaY, deltaMode, ctrlKey, metaKey, shiftKey }: WheelPress, page: number): Turn {
  const unit = deltaMode === 1 ? linePixels : deltaMode === 2 ? page : 1;
  if (ctrlKey || metaKey) return { zoom: Math.exp(-Math.max(-notch, Math.min(notch, deltaY * unit)) / 100) };
  const [x, y] = shiftKey && deltaX === 0 ? [deltaY, 0] : [deltaX, deltaY];
  return { x: 0 - x * unit, y: 0 - y * unit };
}
