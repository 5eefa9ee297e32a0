import assert from "node:assert/strict";
import { test } from "node:test";
import { node, workflow } from "../testing/index.ts";
import { measureDefinitions } from "./definition-sizes.ts";
import { instance, one, plus } from "./definitions.fixture.ts";
import { readDocument } from "./document.ts";
import { readDefinitions } from "./read-definitions.ts";
import { readNode } from "./read-node.ts";
import { Report } from "./report.ts";

/** The definitions measured, with an instance of each, and what was said of them. */
function measure(json: object) {
  const report = new Report();
  const definitions = readDefinitions(json, report)!;
  const nodes = new Map([...definitions.keys()].map((id) => [id, read(instance(id))]));
  return { definitions, sizes: measureDefinitions(definitions, nodes, report), problems: report.problems };
}
const read = (json: object) => readNode("n", json, new Report())!;
/** Definitions d1, d2, … of which each has an instance of the next, and the last of `last`. */
const chain = (length: number, last: object) =>
  Object.fromEntries(
    Array.from({ length }, (_, i) => [`d${i + 1}`, { nodes: { x: i + 1 < length ? instance(`d${i + 2}`) : last } }]),
  );
const times = <T>(count: number, make: (i: number) => T) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, make(i)]));

for (const length of [1, 2, 3]) {
  test(`[G3] a circle of ${length} is one error with its whole path, and nothing of it is unpacked`, () => {
    const definitions = chain(length, instance("d1"));
    const { document, problems } = readDocument(workflow({ one, a: instance(`d${length}`) }, { definitions }));
    const path = [...Object.keys(definitions), "d1"].map((id) => `"${id}"`);
    assert.deepEqual(
      problems.map(({ code, severity, message, remedy }) => [code, severity, message, remedy]),
      [
        [
          "definition-cycle",
          "error",
          `The subgraphs contain one another: ${path.join(" → ")}.`,
          `Remove one of these, such as the instance of "d1" in "d${length}".`,
        ],
      ],
    );
    assert.deepEqual([[...document!.nodes.keys()], [...document!.broken]], [["one"], ["a"]]);
  });
}

test("[G3] the path begins where the circle does: what only leads into it is not named, nor unpacked", () => {
  const definitions = { into: { nodes: { x: instance("d1") } }, ...chain(2, instance("d1")), free: plus };
  const { sizes, problems } = measure(definitions);
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['The subgraphs contain one another: "d1" → "d2" → "d1".'],
  );
  const unpacked = ["into", "d1", "d2", "free", "gone"].filter((id) => sizes.definition(read(instance(id))));
  assert.deepEqual(unpacked, ["free"]);
});

test("[G3] each of several circles is an error, those that share a subgraph too", () => {
  const definitions = {
    a: { nodes: { x: instance("b"), y: instance("c"), z: instance("b") } },
    b: { nodes: { x: instance("a") } },
    c: { nodes: { x: instance("a"), y: instance("c") } },
  };
  assert.deepEqual(
    measure(definitions).problems.map(({ message }) => message.split(": ")[1]),
    ['"a" → "b" → "a".', '"a" → "c" → "a".', '"c" → "c".'],
  );
});

test("[D13] of a long circle the first and last ten are named", () => {
  const [problem] = measure(chain(1_000, instance("d1"))).problems;
  assert.match(problem!.message, /: "d1" → .* → "d10" → \(981 more\) → "d992" → .* → "d1000" → "d1"\.$/);
  assert.ok(problem!.message.length < 300);
});

test("[G3] of a thousand subgraphs within one another the ninth from within is named, once", () => {
  const { sizes, problems } = measure(chain(1_000, one));
  assert.deepEqual(
    problems.map(({ code, message }) => [code, message.match(/subgraph ("\w+").*depth of (\d+)/)!.slice(1)]),
    [["nested-too-deep", ['"d992"', "9"]]],
  );
  assert.equal(sizes.definition(read(instance("d992"))), undefined);
  assert.equal(sizes.definition(read(instance("d993")))!.id, "d993");
});

test("[G4] counted are nodes and instances, and parameters, links and exposed names, at every depth", () => {
  const inner = {
    nodes: { a: node("math.add", { b: 1 }, { a: "in.x" }), c: one },
    inputs: { x: {} },
    exposed: { by: "a.b" },
  };
  const outer = {
    nodes: { l: instance("inner", { x: "in.x" }), r: instance("inner") },
    inputs: { x: {} },
    outputs: { y: {} },
  };
  const { sizes } = measure({ outer, inner });
  const sizeOf = (...nodes: object[]) => {
    const { nodes: count, entries } = sizes.of(nodes.map(read));
    return [count, entries];
  };
  assert.deepEqual(sizeOf(), [0, 0]);
  assert.deepEqual(sizeOf(one), [1, 1]);
  // Itself, a and c; two parameters and a link inside, an input and an exposed name.
  assert.deepEqual(sizeOf(instance("inner")), [3, 5]);
  // Itself and two of three; two of five, a link inside, an input and an output, and what is set here.
  assert.deepEqual(sizeOf(instance("outer", { x: "a.b" }, { by: 1 })), [7, 15]);
  assert.deepEqual(sizeOf(instance("gone"), one), [2, 1], "what cannot be unpacked counts as a node");
});

test("[G4] the parameters that a name stands for are counted through nested subgraphs", () => {
  const leaf = { nodes: times(3, () => one), exposed: { all: ["n0.value", "n1.value", "n2.value"] } };
  const two = {
    nodes: { l: instance("leaf"), r: instance("leaf"), own: one },
    exposed: { all: ["l.all", "r.all", "own.value"] },
  };
  const { definitions, sizes } = measure({ two, leaf });
  assert.equal(sizes.reach(definitions.get("two")!, "all"), 7);
  assert.equal(sizes.reach(definitions.get("leaf")!, "all"), 3);
  assert.equal(sizes.reach(definitions.get("leaf")!, "constructor"), 0);
});

test("[G4] 200,000 nodes and instances are read, and not one more", () => {
  const definitions = { thousand: { title: "A thousand", nodes: times(999, () => one) } };
  const full = times(200, () => instance("thousand"));
  const { document, problems } = readDocument(workflow(full, { definitions }));
  assert.deepEqual([document!.nodes.size, document!.instances.size, problems], [199_800, 200, []]);
  const more = readDocument(workflow({ ...full, one }, { definitions }));
  assert.equal(more.document, undefined);
  assert.equal(
    more.problems[0]!.message,
    'With all subgraphs unpacked the workflow has 200001 nodes; at most 200000 are read. One "A thousand" brings 1000.',
  );
});

test("[G4] a few names of the workflow that stand for many parameters each are refused before they are resolved", () => {
  const ids = Array.from({ length: 1_000 }, (_, i) => `n${i}.value`);
  const definitions = { wide: { nodes: times(1_000, () => one), exposed: { all: ids } } };
  const named = (count: number) =>
    readDocument(workflow({ a: instance("wide") }, { definitions, exposed: times(count, () => "a.all") }));
  assert.equal(named(3).document!.exposed.get("n2")!.length, 1_000);
  const { document, problems } = named(2_000);
  assert.equal(document, undefined);
  // A thousand parameters and as many exposed once inside; a million twice by the workflow's names.
  assert.match(problems[0]!.message, /has 2002000 parameters, links and exposed names; at most 2000000 are read\.$/);
});
