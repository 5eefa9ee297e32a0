import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoggedEvent, RunOutput } from "@clipwork/server/wire";
import { heard, newRun } from "../runs/run-view.ts";
import { painting, testCatalogue } from "../testing/catalogue.ts";
import { pictureOutput } from "../testing/outputs.ts";
import { filmOf, wordsOf } from "./film.ts";

type Body<E = LoggedEvent> = E extends LoggedEvent ? Omit<E, "seq" | "run" | "time"> : never;

const picture = (name: string) => ({ kind: "picture", picture: name, width: 8, height: 8 }) as const;
const setting = (param: string, value: number) => ({ node: "paint", param, value });
const value = (item: number, ...settings: ReturnType<typeof setting>[]): Body => ({
  event: "node.value",
  node: "paint",
  item,
  port: "image",
  view: picture(`p${item}`),
  settings,
});
const output = (item: number, more: Partial<RunOutput> = {}): Body => ({
  event: "run.output",
  output: pictureOutput({ item, picture: `big${item}`, thumbnail: `small${item}`, width: 64, height: 64, ...more }),
});

function runOf(...bodies: readonly Body[]) {
  return bodies.reduce(
    (run, body, i) => heard(run, { seq: i + 1, run: "r", time: i, ...body } as LoggedEvent),
    newRun("r"),
  );
}

test("a film has the pictures of all nodes, items in their order, and of the node that is looked at whatever it made", () => {
  const text = {
    event: "node.value",
    node: "caption",
    item: 0,
    port: "text",
    view: { kind: "text", text: "a" },
  } as const;
  const run = runOf(text, value(1), value(0), output(0));
  const names = (node: string) => filmOf(run, node).map((frame) => `${frame.node} ${frame.item}`);
  assert.deepEqual(names("paint"), ["paint 0", "paint 1", "save 0"]);
  assert.deepEqual(names("caption"), ["caption 0", "paint 0", "paint 1", "save 0"]);
});

test("an output is its own file, whole; another value is the picture that was shown of it", () => {
  const [shown, kept] = filmOf(runOf(value(0), output(0)), "save");
  assert.deepEqual(shown!.picture, { hash: "p0", thumbnail: "p0", width: 8, height: 8, whole: false });
  assert.deepEqual(kept!.picture, { hash: "big0", thumbnail: "small0", width: 64, height: 64, whole: true });
});

test("an item is told from the others by its seed and by the settings that are not the same for all", () => {
  const film = filmOf(
    runOf(value(0, setting("size", 8), setting("seed", 7)), value(1, setting("size", 16), setting("seed", 7))),
    "paint",
  );
  const linked = {
    ...painting,
    nodes: { ...painting.nodes, paint: { ...painting.nodes.paint!, inputs: { seed: "a.b", size: "c.d" } } },
  };
  assert.deepEqual(
    film.map((frame) => wordsOf(frame, film, linked, testCatalogue)),
    ["size 8, seed 7", "size 16, seed 7"],
  );
  const alone = filmOf(runOf(value(0, setting("size", 8))), "paint");
  assert.equal(wordsOf(alone[0]!, alone, painting, testCatalogue), "seed 7");
  assert.equal(wordsOf(alone[0]!, alone, undefined, testCatalogue), "");
});
