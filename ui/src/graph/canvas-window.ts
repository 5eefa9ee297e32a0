import { type Box, boxBetween, type Point, type Size, toCanvas } from "../canvas/geometry.ts";
import type { Camera } from "./camera.ts";

/** Pixels that a search takes in the window. */
const searchWidth = 320;

/** The window through which the canvas is seen. */
export type CanvasWindow = {
  size(): Size;
  /** The part of the canvas that it shows. */
  visible(): Box;
  /** The point of the canvas under a point of the page. */
  canvasPoint(x: number, y: number): Point;
  /** Where a search appears that nobody has pointed at: on the page, and on the canvas underneath. */
  middle(): { readonly at: Point; readonly place: Point };
};

export function createCanvasWindow(container: HTMLElement, camera: Pick<Camera, "now">): CanvasWindow {
  const size = () => ({ width: container.clientWidth, height: container.clientHeight });

  function canvasPoint(x: number, y: number): Point {
    const { left, top } = container.getBoundingClientRect();
    return toCanvas({ x: x - left, y: y - top }, camera.now());
  }

  return {
    size,
    visible() {
      const { width: x, height: y } = size();
      return boxBetween(toCanvas({ x: 0, y: 0 }, camera.now()), toCanvas({ x, y }, camera.now()));
    },
    canvasPoint,
    middle() {
      const { x, y, width, height } = container.getBoundingClientRect();
      const at = { x: x + (width - searchWidth) / 2, y: y + height / 4 };
      return { at, place: canvasPoint(at.x, at.y) };
    },
  };
}
