export type Point = { readonly x: number; readonly y: number };

/** A drawn link: two paths in an SVG, changed by their attributes alone, since 700 of them may follow a drag. */
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
    const path = curve(from, to);
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

/** A curve that leaves to the right and arrives from the left, wider where it has to turn back. */
function curve(from: Point, to: Point): string {
  const reach = Math.max(24, Math.min(160, Math.abs(to.x - from.x) / 2 + Math.max(0, from.x - to.x) / 4));
  return `M${from.x} ${from.y}C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`;
}
