import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Catalogue,
  createCatalogue,
  list,
  nodeDefiner,
  optional,
  p,
  readDocument,
  validate,
} from "@clipwork/engine";
import { t } from "@clipwork/engine/testing";
import { painting, testCatalogue, testPacks } from "../testing/catalogue.ts";
import { connect, setParam } from "./edit.ts";
import { environmentFor } from "./environment.ts";
import { addSweep, canSweep, countOf, firstValues, paramAt, picturesBehind, sweepable } from "./sweep.ts";

const defineNode = nodeDefiner<unknown>();
const base = { version: 1, summary: "…" } as const;
const catalogue: Catalogue = new Map([
  ...testCatalogue,
  ...createCatalogue([
    defineNode({
      ...base,
      type: "list.integers",
      title: "Whole numbers",
      outputs: { integers: list(t.integer("All.")) },
      params: { integers: p.text("All.") },
      run: () => ({ integers: [1] }),
    }),
    defineNode({
      ...base,
      type: "text.lines",
      title: "Lines",
      outputs: { texts: list(t.text("All.")) },
      params: { text: p.text("All.") },
      run: () => ({ texts: ["a"] }),
    }),
    defineNode({
      ...base,
      type: "list.booleans",
      title: "On and off",
      outputs: { booleans: list(t.boolean("All.")) },
      params: { booleans: p.text("All.") },
      run: () => ({ booleans: [true] }),
    }),
    defineNode({
      ...base,
      type: "list.product",
      title: "Product",
      inputs: { first: list(t.variable("A", "Slow.")), second: list(t.variable("B", "Fast.")) },
      outputs: { first: list(t.variable("A", "Slow.")), second: list(t.variable("B", "Fast.")) },
      moves: true,
      run: ({ first, second }) => ({ first, second }),
    }),
    defineNode({
      ...base,
      type: "image.sweep-grid",
      title: "Sweep grid",
      inputs: {
        images: list(t.image("All.")),
        x: list(t.variable("X", "Across.")),
        y: optional(list(t.variable("Y", "Down."))),
      },
      outputs: { image: t.image("The grid.") },
      params: { xName: p.text("Across."), yName: p.text("Down.") },
      run: () => ({ image: { width: 1, height: 1, data: new Float32Array(3) } }),
    }),
  ]),
]);

const seed = { node: "paint", port: "seed" };
const finish = { node: "paint", port: "finish" };
const frame = { node: "paint", port: "frame" };
const text = { node: "caption", port: "text" };
const nameOf = ({ node, port }: { node: string; port: string }) => `${node}, ${port}`;

test("numbers, seeds, texts, choices and switches that no link feeds can be swept", () => {
  const ports = (ends: readonly { node: string; port: string }[]) => ends.map(({ node, port }) => `${node}.${port}`);
  assert.deepEqual(ports(sweepable(painting, catalogue)), [
    "caption.text",
    "paint.seed",
    "paint.size",
    "paint.finish",
    "paint.frame",
  ]);
  const fed = connect(painting, { node: "a", port: "b" }, seed);
  assert.equal(canSweep(fed, seed, catalogue), false);
  assert.equal(canSweep(painting, { node: "gone", port: "seed" }, catalogue), false);
});

test("pictures behind a parameter are those that depend on its node, the last first", () => {
  assert.deepEqual(picturesBehind(painting, ["caption"], catalogue), ["paint.image"]);
  assert.deepEqual(picturesBehind(painting, ["paint", "caption"], catalogue), ["paint.image"]);
  assert.deepEqual(picturesBehind(painting, ["save"], catalogue), []);
});

test("values to begin with lie around what is set, within what is allowed", () => {
  assert.equal(firstValues(painting, seed, catalogue), "7, 8, 9");
  assert.equal(firstValues(painting, { node: "paint", port: "size" }, catalogue), "4, 8, 16");
  assert.equal(
    firstValues(setParam(painting, { node: "paint", port: "size" }, 64), { node: "paint", port: "size" }, catalogue),
    "32, 64",
  );
  assert.equal(firstValues(painting, finish, catalogue), "matt\ngloss");
  assert.equal(firstValues(painting, text, catalogue), "a red cube");
  assert.equal(firstValues(painting, frame, catalogue), "off, on");
});

test("values are counted as they are written", () => {
  const count = (end: typeof seed, values: string) => countOf(paramAt(painting, end, catalogue)!, values);
  assert.equal(count(seed, "7, 8,,9 "), 3);
  assert.equal(count(seed, ""), 0);
  assert.equal(count(seed, "1..9"), undefined);
  assert.equal(count(text, "a, b\n\nc"), 2);
});

test("a sweep of two parameters is a valid workflow: every value of y with all of x, a grid with both names, and an output", () => {
  const added = addSweep(
    painting,
    { x: { end: seed, values: "7, 8" }, y: { end: text, values: "a cube\na ball" }, picture: "paint.image" },
    catalogue,
    nameOf,
  )!;
  const { nodes, exposed } = added.workflow;
  assert.deepEqual(exposed, painting.exposed);
  assert.equal(nodes.integers!.params!.integers, "7, 8");
  assert.deepEqual(nodes.product!.inputs, { first: "lines.texts", second: "integers.integers" });
  assert.equal(nodes.paint!.inputs!.seed, "product.second");
  assert.equal(nodes.caption!.inputs!.text, "product.first");
  assert.deepEqual(nodes[added.grid]!.inputs, { images: "paint.image", x: "integers.integers", y: "lines.texts" });
  assert.deepEqual(nodes[added.grid]!.params, { xName: "paint, seed", yName: "caption, text" });
  assert.deepEqual(nodes[added.save]!.inputs, { image: `${added.grid}.image` });
  const { document } = readDocument(added.workflow);
  const { problems } = validate(document!, environmentFor(document!, { catalogue, packs: testPacks }));
  assert.deepEqual(
    problems.filter(({ severity }) => severity === "error"),
    [],
  );
});

test("a sweep of one parameter is fed by its list alone; a server without the nodes adds nothing", () => {
  const sweep = { x: { end: finish, values: "matt\ngloss" }, picture: "paint.image" };
  const { nodes } = addSweep(painting, sweep, catalogue, nameOf)!.workflow;
  assert.equal(nodes.paint!.inputs!.finish, "lines.texts");
  assert.equal(nodes.product, undefined);
  const switched = addSweep(painting, { ...sweep, x: { end: frame, values: "off, on" } }, catalogue, nameOf)!.workflow;
  assert.equal(switched.nodes.paint!.inputs!.frame, "booleans.booleans");
  assert.deepEqual(switched.nodes.booleans!.params, { booleans: "off, on" });
  assert.equal(addSweep(painting, sweep, testCatalogue, nameOf), undefined);
});
