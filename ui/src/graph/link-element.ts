import type { Point } from "../canvas/geometry.ts";
import { linkCurve } from "../canvas/link-curve.ts";

/** A drawn link: two paths in an SVG, changed only through their attributes, since 700 of them may follow a drag. */
export type LinkElement = {
  start(point: Point): void;
  end(point: Point): void;
  /** What the link carries, which decides its colour. */
  kind(kind: string): void;
};

const svg = "http://www.w3.org/2000/svg";

/** Draws a link into the element that Rete has made for it. */
export function drawLink(element: HTMLElement): LinkElement {
  const picture = document.createElementNS(svg, "svg");
  const reach = document.createElementNS(svg, "path");
  const line = document.createElementNS(svg, "path");
  picture.classList.add("link");
  reach.classList.add("link-reach");
  line.classList.add("link-line");
  picture.append(reach, line);
  element.replaceChildren(picture);
  let from: Point | undefined;
  let to: Point | undefined;
  const draw = () => {
    if (!from || !to) return;
    const path = linkCurve(from, to);
    line.setAttribute("d", path);
    reach.setAttribute("d", path);
  };
  return {
    start(point) {
      from = point;
      draw();
    },
    end(point) {
      to = point;
      draw();
    },
    kind: (kind) => {
      element.dataset.kind = kind;
    },
  };
}
