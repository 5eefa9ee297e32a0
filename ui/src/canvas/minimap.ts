import { type Box, boxAround, type Point, type Size, type Transform } from "./geometry.ts";

/** How a map of the canvas lies in its own window: a canvas point p is drawn at scale · p + (x, y). */
export type MapFrame = { readonly scale: number; readonly x: number; readonly y: number };

/** The largest scale of a map: a single card does not fill it. */
const largest = 0.2;

/** Shows all cards, and what the window shows, in the middle of a map of that size. */
export function mapFrame(cards: readonly Box[], window: Box, size: Size, margin = 6): MapFrame {
  const { left, top, right, bottom } = boxAround([...cards, window])!;
  const scale = Math.min(
    (size.width - 2 * margin) / (right - left),
    (size.height - 2 * margin) / (bottom - top),
    largest,
  );
  return {
    scale,
    x: (size.width - (right - left) * scale) / 2 - left * scale,
    y: (size.height - (bottom - top) * scale) / 2 - top * scale,
  };
}

/** A rectangle of the canvas as the map draws it. */
export function onMap({ left, top, right, bottom }: Box, { scale, x, y }: MapFrame): Box {
  return { left: left * scale + x, top: top * scale + y, right: right * scale + x, bottom: bottom * scale + y };
}

/** The canvas moved, at the scale it has, so that the point of the map is in the middle of the window. */
export function cameraTo(at: Point, frame: MapFrame, now: Transform, window: Size): Transform {
  const { k } = now;
  const x = (at.x - frame.x) / frame.scale;
  const y = (at.y - frame.y) / frame.scale;
  return { k, x: window.width / 2 - x * k, y: window.height / 2 - y * k };
}
