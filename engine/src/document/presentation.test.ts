import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { writePlan } from "../plan/plan-data.ts";
import { node, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { entry, instance, objectNames } from "./definitions.fixture.ts";
import { readDocument } from "./document.ts";
import { readCardLook, readGroups, readNotes } from "./presentation.ts";

const nodes = {
  one: node("math.constant", { value: 3 }),
  two: node("math.add", { b: 2 }, { a: "one.value" }),
  show: node("output.show", {}, { value: "two.value" }),
};
const said = (more: object) => readDocument(workflow(nodes, more)).problems.map(({ message }) => message);
const note = { text: "Why", x: 1, y: 2, width: 200, height: 100 };

test("[D14] groups, notes and layout that make sense are read without a word", () => {
  const more = {
    groups: { g: { title: "Stage", members: ["one", "two"], colour: "teal", collapsed: true } },
    notes: { n: { ...note, colour: "yellow" } },
    layout: { one: { x: 1, y: 2, title: "Three", colour: "red", width: 300, collapsed: false }, gone: 7 },
  };
  assert.deepEqual(readDocument(workflow(nodes, more)).problems, []);
  assert.deepEqual([...readGroups(more.groups, nodes)], [["g", more.groups.g]]);
  assert.deepEqual([...readNotes(more.notes)], [["n", more.notes.n]]);
  assert.deepEqual(readCardLook(more.layout.one, "one"), { title: "Three", colour: "red", width: 300 });
});

test("[D14] what is wrong with them is a warning that names it", () => {
  const group = (more: object) => said({ groups: { g: { title: "G", members: ["one"], ...more } } });
  assert.deepEqual(group({ members: "one" }), ['Group "G" has no list of "members"; it is ignored.']);
  assert.deepEqual(group({ colour: "beige" }), ['Group "G" has the colour "beige".']);
  assert.deepEqual(group({ title: "two\nlines" }), ['Group "two\\nlines" has the title "two\\nlines".']);
  assert.deepEqual(group({ collapsed: 1 }), ['Group "G" has "collapsed": 1.']);
  assert.deepEqual(said({ groups: [] }), ['"groups" has to be an object, but is a list of 0; it is ignored.']);
  assert.deepEqual(said({ groups: { "a b": {} } }), ['"a b" cannot be an id in "groups"; it is ignored.']);
  const noted = (more: object) => said({ notes: { n: { ...note, ...more } } });
  const nowhere = 'has no "text", or no place "x" and "y" on the canvas; it is ignored.';
  assert.deepEqual(noted({ text: 1 }), [`Note "n" ${nowhere}`]);
  for (const more of [{ x: "1" }, { y: 1e9 }, { x: null }]) assert.deepEqual(noted(more), [`Note "Why" ${nowhere}`]);
  assert.deepEqual(noted({ width: 3 }), ['Note "Why" has the width 3.']);
  const card = (look: object) => said({ layout: { one: { x: 0, y: 0, ...look } } });
  assert.deepEqual(card({ width: "wide" }), ['The card of "one" has the width "wide".']);
  assert.deepEqual(card({ title: 5 }), ['The card of "one" has the title 5.']);
  assert.deepEqual(card({ collapsed: "yes", colour: 3 }), [
    'The card of "one" has the colour 3.',
    'The card of "one" has "collapsed": "yes".',
  ]);
  assert.deepEqual(said({ layout: 3 }), ['"layout" has to be an object, but is 3; it is ignored.']);
});

test("[D15] a node is in one group, and a group in none", () => {
  const groups = {
    g: { title: "G", members: ["one", "h", "one", 7] },
    h: { title: "H", members: ["one", "two", "gone"] },
    empty: { title: "E", members: [] },
  };
  assert.deepEqual(
    [...readGroups(groups, nodes)].map(([id, { members }]) => [id, members]),
    [
      ["g", ["one"]],
      ["h", ["two"]],
    ],
  );
  assert.deepEqual(said({ groups }), [
    'Group "G" has the member "h", which is no node; it is left out.',
    'Group "G" has the member "one", which is in group "G" already.',
    'Group "G" has the member 7, which is no node; it is left out.',
    'Group "H" has the member "one", which is in group "G" already.',
    'Group "H" has the member "gone", which is no node; it is left out.',
  ]);
});

test("[D15] what is beyond a limit is not shown, and is said", () => {
  const many = <T>(count: number, one: T) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, one]));
  const group = { title: "G", members: ["one"] };
  assert.equal(readNotes(many(1_001, note)).size, 1_000);
  assert.deepEqual(said({ notes: many(1_001, note) }), ["The workflow has 1001 notes; the first 1000 are shown."]);
  assert.match(said({ groups: many(1_001, group) })[0]!, /^The workflow has 1001 groups/);
  const long = readNotes({ n: { ...note, text: "x".repeat(10_001), width: 1e6, height: 1 } }).get("n")!;
  assert.deepEqual([long.text.length, long.width, long.height], [10_000, 2_000, 60]);
  const titled = readGroups({ g: { title: "x".repeat(101), members: ["one"] } }, nodes).get("g")!;
  assert.equal(titled.title.length, 100);
  assert.deepEqual(readCardLook({ title: " ", width: 9_000 }, "one"), { width: 800 });
  assert.equal(said({ notes: many(900, { ...note, width: 0, height: 0, colour: 0 }) }).length, 100);
});

test("[D14] whatever stands in groups, notes and layout, the plan is the same: what is run, under which fingerprints", () => {
  const environment = testEnvironment(testNodes);
  const planned = (json: unknown) => writePlan(validateJson(json, environment).plan!);
  const before = planned(workflow(nodes));
  const id = fc.constantFrom("one", "two", "show", "g", "__proto__");
  const something = fc.oneof(fc.jsonValue(), fc.dictionary(id, fc.jsonValue()));
  const looks = fc.record({
    title: fc.jsonValue(),
    members: fc.array(fc.oneof(id, fc.jsonValue())),
    x: fc.jsonValue(),
  });
  const field = fc.oneof(something, fc.dictionary(id, looks));
  fc.assert(
    fc.property(fc.record({ groups: field, notes: field, layout: field }, { requiredKeys: [] }), (more) => {
      assert.deepEqual(planned(workflow(nodes, more)), before);
      for (const { severity } of readDocument(workflow(nodes, more)).problems) assert.equal(severity, "warning");
    }),
  );
});

test("[D15] what is at a limit is taken without a word, and the next is not", () => {
  const many = (count: number, one: object) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, one]));
  const most = {
    groups: { ...many(999, { title: "", members: [] }), g: { title: "x".repeat(100), members: ["one"] } },
    notes: { ...many(999, note), n: { text: "x".repeat(10_000), x: 1e7, y: -1e7, width: 120, height: 2_000 } },
    layout: { one: { title: "x".repeat(100), width: 200 }, two: { width: 800 } },
  };
  assert.deepEqual(said(most), []);
  assert.deepEqual([readGroups(most.groups, nodes).size, readNotes(most.notes).size], [1, 1_000]);
  const over = {
    groups: { g: { title: "x".repeat(101), members: ["one"] } },
    notes: { n: { ...note, x: 1e7 + 1 }, m: { ...note, width: 119, height: 2_001 } },
    layout: { one: { width: 199.5 }, two: { width: Number.NaN } },
  };
  assert.deepEqual(
    said(over).map((message) => message.replaceAll(/"x+…"/g, "…")),
    [
      "Group … has the title ….",
      'Note "Why" has no "text", or no place "x" and "y" on the canvas; it is ignored.',
      'Note "Why" has the width 119.',
      'Note "Why" has the height 2001.',
      'The card of "one" has the width 199.5.',
      'The card of "two" has the width NaN.',
    ],
  );
  assert.deepEqual([readCardLook(over.layout.one, "one"), readCardLook(over.layout.two, "two")], [{ width: 200 }, {}]);
});

test("[D7] names of every object are no members, and groups, notes and cards of such names are like others", () => {
  for (const name of objectNames) {
    assert.deepEqual(said({ groups: { g: { title: "G", members: [name] } } }), [
      `Group "G" has the member "${name}", which is no node; it is left out.`,
    ]);
    assert.deepEqual(said({ layout: entry(name, { width: 3 }) }), [], "no node has this card");
    if (name !== "constructor")
      assert.deepEqual(said({ notes: entry(name, note) }), [`"${name}" cannot be an id in "notes"; it is ignored.`]);
  }
  assert.deepEqual([...readGroups({ constructor: { title: "C", members: ["one"] } }, nodes).keys()], ["constructor"]);
  assert.deepEqual([...readNotes({ constructor: note, ä: note }).keys()], ["constructor"]);
});

const inside = (looks: object) => ({ title: "Größer ✨", nodes: { one: nodes.one, x: nodes.one }, ...looks });

test("[D15] a definition has groups of its own: of nodes inside, whatever the document groups", () => {
  const groups = { g: { title: "Stage", members: ["one", "x"] } };
  const outside = { g: { title: "Stage", members: ["one", "sub"] } };
  const read = (looks: object, more: object) =>
    readDocument(workflow({ ...nodes, sub: instance("it") }, { definitions: { it: inside(looks) }, ...more })).problems;
  assert.deepEqual(read({ groups }, { groups: outside }), []);
  assert.deepEqual(
    read({ groups: { g: { title: "G", members: ["two", "in", "sub", "it", "x"] } } }, {}).map(({ message }) => message),
    ["two", "in", "sub", "it"].map(
      (id) => `In the subgraph "Größer ✨": Group "G" has the member "${id}", which is no node; it is left out.`,
    ),
  );
});

test("[D14] looks of a definition that make no sense are warned of once, a hundred times at most, and change no plan", () => {
  const environment = testEnvironment(testNodes);
  const read = (looks: object) =>
    validateJson(
      workflow({ ...nodes, a: instance("it"), b: instance("it") }, { definitions: { it: inside(looks) } }),
      environment,
    );
  const wrong = {
    groups: 3,
    notes: { n: { ...note, colour: "beige" } },
    layout: { x: { title: 7 }, one: { collapsed: 1 } },
  };
  const { plan, problems } = read(wrong);
  assert.deepEqual(
    problems.map(({ severity, code, node, message }) => [
      severity,
      code,
      node,
      message.split(": ").slice(1).join(": "),
    ]),
    [
      ["warning", "bad-group", undefined, '"groups" has to be an object, but is 3; it is ignored.'],
      ["warning", "bad-note", undefined, 'Note "Why" has the colour "beige".'],
      ["warning", "bad-layout", "a/x", 'The card of "x" has the title 7.'],
      ["warning", "bad-layout", "a/one", 'The card of "one" has "collapsed": 1.'],
    ],
  );
  assert.deepEqual(writePlan(plan!), writePlan(read({}).plan!));
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`n${i}`, 0]));
  assert.equal(read({ groups: many, notes: many }).problems.length, 100);
});
