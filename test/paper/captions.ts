import { readFileSync } from "node:fs";
import { join } from "node:path";

const heldOut = join(import.meta.dirname, "..", "fixtures", "held-out", "captions.json");
const colours = ["red", "blue", "yellow", "green", "purple", "white", "orange", "black"];
const solids = ["cube", "ball", "cone", "torus", "cylinder", "pyramid"];
const floors = ["on grass", "on snow", "on sand", "on tiles", "on wood", "on concrete"];
const times = ["by day", "at night", "at sunset"];

/** A number's place in a list that goes round. */
const of = (words: readonly string[], i: number) => words[i % words.length]!;

/** One setting of as many lines as `count`: `line` makes each. */
export function lines(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join("\n");
}

/** Captions of the renders in test/fixtures/held-out, which no network was trained on; after all of them they begin anew. */
export function heldOutCaptions(count: number): string {
  const captions = JSON.parse(readFileSync(heldOut, "utf8")) as readonly string[];
  return lines(count, (i) => of(captions, i));
}

/** One solid with its colour, somewhere. Neighbours differ in colour and shape; 144 differ from one another. */
export function oneSolid(i: number): string {
  return `a large ${colourOf(i)} ${solidOf(i)} ${of(floors, i + Math.floor(i / 48))} ${of(times, i)}`;
}

export const colourOf = (i: number) => of(colours, i);
/** The shape changes with each caption, and each colour comes to have every shape. */
export const solidOf = (i: number) => of(solids, i + Math.floor(i / 24));

/** Two solids of two colours, one on top of the other: "a red cube on top of a blue cube" is the first, as in Figures 14 and 15. */
export function twoSolids(i: number): string {
  const other = i % 2 === 0 ? solidOf(i) : solidOf(i + 2);
  return `a ${colourOf(i)} ${solidOf(i)} on top of a ${colourOf(i + 1 + (Math.floor(i / 8) % 6))} ${other}`;
}
