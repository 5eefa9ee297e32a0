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

/** A curve that leaves to the right and arrives from the left; one that has to turn back does so halfway down. */
function curve(from: Point, to: Point): string {
  if (to.x < from.x) {
    const turn = 36;
    const x = (from.x + to.x) / 2;
    const y = (from.y + to.y) / 2;
    return (
      `M${from.x} ${from.y}C${from.x + turn} ${from.y} ${from.x + turn} ${y} ${x} ${y}` +
      `C${to.x - turn} ${y} ${to.x - turn} ${to.y} ${to.x} ${to.y}`
    );
  }
  const reach = Math.max(24, Math.min(160, (to.x - from.x) / 2));
  return `M${from.x} ${from.y}C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`;
}
