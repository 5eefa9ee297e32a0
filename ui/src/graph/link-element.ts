import type { Point } from "../canvas/geometry.ts";
import { linkPath } from "../canvas/link-path.ts";
import type { Way } from "../canvas/route.ts";

/** A drawn link: paths in an SVG, changed only through their attributes, since hundreds of them may follow a drag. */
export type LinkElement = {
  draw(way: Way): void;
  /** Moves it as it is. */
  shift(by: Point): void;
  /** What the link carries, which decides its colour. */
  kind(kind: string): void;
};

const svg = "http://www.w3.org/2000/svg";

/** Draws a link into the element that Rete has made for it. `hovered` is called when the pointer comes and goes. */
export function drawLink(element: HTMLElement, hovered: (on: boolean) => void): LinkElement {
  const picture = document.createElementNS(svg, "svg");
  picture.classList.add("link");
  const paths = ["link-reach", "link-line", "link-pulse"].map((name) => {
    const path = document.createElementNS(svg, "path");
    path.classList.add(name);
    return path;
  });
  picture.append(...paths);
  element.replaceChildren(picture);
  paths[0]!.addEventListener("pointerenter", () => hovered(true));
  paths[0]!.addEventListener("pointerleave", () => hovered(false));
  let shifted = false;
  return {
    draw({ points, clear }) {
      const path = linkPath(points);
      for (const one of paths) one.setAttribute("d", path);
      if (shifted) picture.style.translate = "";
      shifted = false;
      if (clear) delete element.dataset.over;
      else element.dataset.over = "";
    },
    shift({ x, y }) {
      picture.style.translate = `${x}px ${y}px`;
      shifted = true;
    },
    kind: (kind) => {
      element.dataset.kind = kind;
    },
  };
}
