import type { Point } from "../canvas/geometry.ts";

/** What a drag on the map does: it moves the map, draws an outline around points, or leads from a point to another. */
export type Drag =
  | { readonly does: "pan" }
  | { readonly does: "lasso" }
  | { readonly does: "join"; readonly from: number };

/** What is known when the button goes down: the point there, and whether an outline or a decoded place is asked for. */
export type Pressed = { readonly item: number | undefined; readonly lasso: boolean; readonly always: boolean };

/** Pixels that a hand may tremble in a click. */
const tremble = 4;

/** What a drag that begins so does. */
export function dragFrom({ item, lasso, always }: Pressed): Drag {
  if (lasso) return { does: "lasso" };
  return item === undefined || always ? { does: "pan" } : { does: "join", from: item };
}

/** Whether the pointer has gone so far that it is no click any more. */
export function isDrag(from: Point, to: Point): boolean {
  return Math.hypot(to.x - from.x, to.y - from.y) > tremble;
}

/** Pixels of one press of an arrow key. */
const step = 12;
const largeStep = 60;
const arrows: { readonly [key: string]: Point } = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** What a key does on the map: moves the cross by pixels, zooms, or acts where the cross is. */
export type KeyAct =
  | { readonly does: "move"; readonly by: Point }
  | { readonly does: "zoom"; readonly factor: number }
  | { readonly does: "fit" | "press" | "join" };

/** What the key does, or undefined for one that is not the map's. */
export function actOf(key: string, shift: boolean): KeyAct | undefined {
  const arrow = Object.hasOwn(arrows, key) ? arrows[key]! : undefined;
  const far = shift ? largeStep : step;
  if (arrow) return { does: "move", by: { x: arrow.x * far, y: arrow.y * far } };
  switch (key) {
    case "+":
    case "=":
      return { does: "zoom", factor: 1.5 };
    case "-":
      return { does: "zoom", factor: 1 / 1.5 };
    case "0":
      return { does: "fit" };
    case "Enter":
    case " ":
      return { does: "press" };
    case "j":
    case "J":
      return { does: "join" };
    default:
      return undefined;
  }
}
