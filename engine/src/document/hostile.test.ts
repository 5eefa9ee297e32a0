import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { createCatalogue } from "../catalogue/catalogue.ts";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { optional, t } from "../kinds/socket.ts";
import { applySettings } from "../plan/settings.ts";
import { validate } from "../plan/validate.ts";
import { listProblems, node, record, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { parseDocument, readDocument } from "./document.ts";
import { maxDepth, maxTextLength } from "./json-text.ts";
import { listNames, suggest } from "./wording.ts";

const defineNode = nodeDefiner<unknown>();
const settings = defineNode({
  type: "test.settings",
  version: 1,
  title: "Settings",
  summary: "Has parameters of many kinds.",
  inputs: { flag: optional(t.boolean("A flag.")) },
  outputs: { value: t.number("Nothing.") },
  params: {
    steps: p.integer("Steps.", { default: 25, min: 1, max: 1000 }),
    size: p.integer("Pixels.", { default: 64, min: 1, max: 4096 }),
    scale: p.number("Scale.", { default: 1, min: 0, max: 20 }),
    seed: p.seed(),
    tiled: p.boolean("Tiled.", false),
    caption: p.text("Caption."),
  },
  run: () => ({ value: 0 }),
});
const environment = testEnvironment<unknown>([...testNodes, settings] as never);
const one = node("math.constant", { value: 1 });
const show = (value: unknown) => node("output.show", {}, { value });
/** JSON text of a workflow with these nodes and further fields, as text. */
const text = (nodes: string, more = "") => `{"format":"clipwork/1","nodes":{${nodes}}${more}}`;
/** The problems of a workflow as text, as a run would meet them. */
function problemsOf(json: string) {
  const { document, problems } = parseDocument(json);
  return document ? validate(document, environment).problems : problems;
}
const brief = (json: string) => problemsOf(json).map(({ code, node, port }) => `${code} ${node ?? ""}.${port ?? ""}`);

// 21: names that mean something to JavaScript.

for (const name of ["__proto__", "constructor", "prototype", "hasOwnProperty", "toString"]) {
  const quoted = JSON.stringify(name);

  test(`[D7] ${name} is a name like any other: as id, type, parameter, input, output, key and setting`, () => {
    const constant = `"a":{"type":"math.constant","version":1,"params":{"value":1}}`;
    const use = (port: string) => `"show":{"type":"output.show","version":1,"inputs":{${port}}}`;
    const value = '"value":"a.value"';
    const id = /^[a-z]/.test(name) && name === name.toLowerCase() ? "unknown-node-type" : "bad-id";
    assert.equal(problemsOf(text(`${constant},${use(value)},${quoted}:{"type":"x.y","version":1}`))[0]!.code, id);
    assert.deepEqual(brief(text(`${use(value)},"a":{"type":${quoted},"version":1}`)), [
      "unknown-node-type a.",
      "dangling-link show.value",
    ]);
    assert.deepEqual(brief(text(`${use(value)},"a":{"type":"math.constant","version":1,"params":{${quoted}:1}}`)), [
      `unknown-param a.${name}`,
    ]);
    assert.deepEqual(brief(text(`${constant},${use(`${value},${quoted}:"a.value"`)}`)), [`unknown-port show.${name}`]);
    const output = name === "__proto__" ? "bad-link" : "dangling-link";
    assert.deepEqual(brief(text(`${constant},${use(`"value":"a.${name}"`)}`)), [`${output} show.value`]);
    assert.deepEqual(brief(text(`${constant},${use(value)}`, `,${quoted}:{"polluted":1}`)), ["unknown-field ."]);
    const { document } = parseDocument(text(`${constant},${use(value)}`, `,"exposed":{${quoted}:"a.value"}`));
    const set = applySettings(document!, JSON.parse(`{${quoted}:"7"}`), environment.catalogue);
    assert.deepEqual(set.problems, []);
    assert.equal(validate(set.document, environment).plan!.nodes[0]!.params.value, 7);
    const none = applySettings(parseDocument(text(constant)).document!, { [name]: "7" }, environment.catalogue);
    assert.equal(none.problems[0]!.code, "unknown-setting");
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });
}

test("[C2] a declaration cannot call a port or parameter by a name that every object has", () => {
  for (const name of ["constructor", "toString", "valueOf"]) {
    const declared = defineNode({ ...settings, params: { [name]: p.seed() }, run: () => ({ value: 0 }) });
    assert.throws(() => createCatalogue([declared]), /every object has/);
  }
});

// 22, 23: size, depth and circles. What is read in a process of its own may use 512 MB; a million nodes unbounded take 2 GB.

const sizes: readonly [name: string, codes: readonly string[]][] = [
  ["a million nodes of text", ["text-too-long"]],
  ["a million nodes of JSON", ["too-many-nodes"]],
  ["as many nodes as are read", []],
  ["100,000 dangling links", ["dangling-link", "too-many-problems"]],
  ["100,000 unknown types", ["unknown-node-type", "too-many-problems"]],
  ["100,000 circles", ["cycle", "too-many-problems"]],
  ["millions of empty objects", ["unknown-target"]],
  ["a million exposed parameters", ["bad-exposed", "too-many-problems"]],
  ["a million members and as many groups and notes", ["bad-group"]],
  ["a million lists within each other", ["nested-too-deep"]],
  ["a type of ten million characters", ["unknown-node-type", "unknown-target"]],
  ["a port of ten million characters", ["bad-link", "unknown-port", "missing-input", "unknown-target"]],
  ["loops whose thousand rounds are set from outside", ["too-many-nodes"]],
];
for (const [name, codes] of sizes) {
  test(`[D12] ${name}: read or refused within 512 MB, and reported in short sentences`, () => {
    const fixture = join(import.meta.dirname, "hostile.fixture.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--max-old-space-size=512", fixture, name], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr.slice(-1000));
    const told = JSON.parse(stdout);
    assert.deepEqual(told.codes, codes);
    assert.ok(told.count <= 10_001);
    assert.ok(told.longest < 600, `${told.longest} characters`);
  });
}

test("[D12] the limits of length and depth are exact", () => {
  const nested = (depth: number) => text("", `,"meta":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}`);
  assert.deepEqual(parseDocument(nested(maxDepth)).problems, []);
  const [deep] = parseDocument(nested(maxDepth + 1)).problems;
  assert.equal(deep!.code, "nested-too-deep");
  assert.match(deep!.message, /line 1, column 297/);
  const padded = (length: number) => text("").padEnd(length);
  assert.deepEqual(parseDocument(padded(maxTextLength)).problems, []);
  assert.equal(parseDocument(padded(maxTextLength + 1)).problems[0]!.code, "text-too-long");
});

test("[V18] two letters swapped are one mistake, so a short name is still recognised", () => {
  assert.equal(suggest("sede", ["pack", "seed", "steps"], "parameter"), 'Did you mean "seed"?');
  assert.equal(suggest("esed", ["pack", "seed", "steps"], "parameter"), 'Did you mean "seed"?');
  assert.match(suggest("dese", ["pack", "seed", "steps"], "parameter"), /^Choose one of/);
});

test("[V18] no more than 201 names are looked at for a suggestion, and none for a problem that is not listed", () => {
  let seen = 0;
  function* endless() {
    for (;;) yield `name${seen++}`;
  }
  assert.equal(suggest("name199", endless(), "node"), 'Did you mean "name199"?');
  assert.equal(seen, 201);
  assert.match(suggest("quite another", endless(), "node"), / and many more\.$/);
  assert.match(listNames(endless()), /^"name402", .* and many more$/);
  const nodes: { [id: string]: object } = {};
  for (let i = 0; i < 10_300; i++) nodes[`n${i}`] = { type: "no.such", version: 1 };
  let looked = 0;
  const catalogue = new Map(environment.catalogue);
  catalogue.keys = () => {
    looked++;
    return Map.prototype.keys.call(environment.catalogue) as MapIterator<string>;
  };
  assert.equal(validateJson(workflow(nodes), { ...environment, catalogue }).problems.length, 10_001);
  assert.equal(looked, 10_000);
});

test("[V6] circles through muted and bypassed nodes, and self-loops of them, are circles", () => {
  const add = (source: string, more: object = {}) => node("math.add", {}, { a: source }, more);
  for (const mode of [{}, { mode: "bypass" }, { mode: "mute" }]) {
    const two = { a: add("b.value"), b: add("a.value", mode), show: show("a.value") };
    const self = { a: add("a.value", mode), show: show("a.value") };
    for (const nodes of [two, self]) {
      const { plan, problems } = validateJson(workflow(nodes), environment);
      assert.equal(plan, undefined);
      assert.ok(
        problems.some(({ code, severity }) => code === "cycle" && severity === "error"),
        listProblems(problems),
      );
    }
  }
});

// 24: ids, links and keys.

test("[D11] a key that stands twice in one object is refused, with line and column", () => {
  const twice: [string, RegExp][] = [
    [text('"a":{},\n  "a":{}'), /"a" stands twice .* line 2, column 3\./],
    [text('"a":{"type":"x.y","version":1,"inputs":{"v":"b.c","v":"d.e"}}'), /"v"/],
    [text('"a":{"params":{"x":1,"\\u0078":2}}'), /"x"/],
    [text('"a":{"params":{"__proto__":1,"__proto__":2}}'), /"__proto__"/],
    [text("", ',"meta":{"t":[{"x":1,"y":{"x":{}},"x":3}]}'), /"x"/],
    [text("", ',"meta":{"t\\"":1 , "t\\""\n:1}'), /"t\\""/],
    ['{"format":"clipwork/1","nodes":{},"format":"clipwork/1"}', /"format"/],
  ];
  for (const [json, pattern] of twice) {
    const { document, problems } = parseDocument(json);
    assert.equal(document, undefined);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["duplicate-key"],
    );
    assert.match(problems[0]!.message, pattern);
  }
  const once = text(
    '"a":{"type":"a","version":1}',
    ',"meta":{"a":{"a":["a","a"]},"b":"\\\\","c":"{\\"b\\":1,\\"b\\":2}"}',
  );
  assert.deepEqual(
    parseDocument(once).problems.map(({ code }) => code),
    [],
  );
});

test("[D4] numeric ids, slots and lists of links are refused, not guessed at", () => {
  const links = [
    '"1.value"',
    '"a.0"',
    '"a.-1"',
    '["a",0]',
    '["a.value","a.value"]',
    "-1",
    "1e9",
    "null",
    '"a.NaN "',
    '"a"',
  ];
  for (const link of links)
    assert.deepEqual(
      brief(
        text(
          `"a":{"type":"math.constant","version":1},"show":{"type":"output.show","version":1,"inputs":{"value":${link}}}`,
        ),
      ),
      ["bad-link show.value"],
      link,
    );
  for (const slot of ["NaN", "slot1000000000", "undefined"])
    assert.deepEqual(brief(JSON.stringify(workflow({ a: one, show: show(`a.${slot}`) }))), [
      "dangling-link show.value",
    ]);
  assert.equal(problemsOf(text('"1":{"type":"math.constant","version":1}'))[0]!.code, "bad-id");
  const listed = '{"format":"clipwork/1","nodes":[{"id":1,"type":"math.constant"}]}';
  assert.equal(problemsOf(listed)[0]!.code, "not-a-workflow");
});

// 25: numbers and texts at their ends.

const extremes: readonly [param: string, json: string, code: string | undefined][] = [
  ["scale", "NaN", "bad-json"],
  ["scale", "Infinity", "bad-json"],
  ["scale", "1e309", "not-finite"],
  ["scale", `1${"0".repeat(400)}`, "not-finite"],
  ["scale", "-1e309", "not-finite"],
  ["scale", '"NaN"', "wrong-kind"],
  ["scale", '"1"', "wrong-kind"],
  ["scale", "true", "wrong-kind"],
  ["scale", "[1]", "wrong-kind"],
  ["scale", "{}", "wrong-kind"],
  ["scale", "null", "wrong-kind"],
  ["scale", "-0", undefined],
  ["scale", "1e-400", undefined],
  ["steps", "1.0000000000000001", undefined],
  ["steps", "25.5", "not-an-integer"],
  ["steps", "-0", "out-of-range"],
  ["seed", "4294967296", "out-of-range"],
  ["seed", "9007199254740993", "out-of-range"],
  ["seed", "-1", "out-of-range"],
  ["tiled", '"false"', "wrong-kind"],
  ["tiled", "0", "wrong-kind"],
  ["tiled", "null", "wrong-kind"],
  ["caption", "7", "wrong-kind"],
  ["caption", "false", "wrong-kind"],
  ["caption", '"\\ud83d"', "not-unicode"],
  ["caption", '"\\udc00\\ud800"', "not-unicode"],
  ["caption", '"\\ud83c\\udfe0\\u0000"', undefined],
  ["caption", `"${"x".repeat(10_000_000)}"`, "text-too-long"],
  // 26: what nobody can wait for or hold.
  ["steps", "1000000", "out-of-range"],
  ["size", "100000", "out-of-range"],
];
for (const [param, json, code] of extremes) {
  test(`[V7] ${param}: ${json.slice(0, 30)} is ${code ?? "taken"}, never converted`, () => {
    const nodes = `"s":{"type":"test.settings","version":1,"params":{"${param}":${json}}}`;
    const problems = problemsOf(
      text(`${nodes},"show":{"type":"output.show","version":1,"inputs":{"value":"s.value"}}`),
    );
    assert.deepEqual(
      problems.map((problem) => problem.code),
      code ? [code] : [],
    );
    assert.ok(problems.every(({ message, remedy }) => message.length + remedy.length < 500));
  });
}

test("[D11] a number that JSON would turn into infinity is refused wherever it stands", () => {
  const [problem] = parseDocument(text('"a":{"type":"future.node","version":9,"params":{"x":\n1e999}}')).problems;
  assert.equal(problem!.code, "not-finite");
  assert.match(problem!.message, /1e999 at line 2, column 1/);
  const kept = text("", ',"meta":{"x":[-1e-999,1e308,-0.5E+3,0],"e":"1e999"}');
  assert.deepEqual(parseDocument(kept).problems, []);
});

test("[X5] a linked parameter is held to the same range while it runs", async () => {
  const nodes = {
    many: node("list.range", { count: 3 }),
    add: node("math.add", { b: 998 }, { a: "many.count" }),
    s: node("test.settings", {}, { scale: "add.value" }),
    show: show("s.value"),
  };
  const { failures } = await record(validateJson(workflow(nodes), environment).plan!);
  assert.match(failures[0]!.message, /"s\.scale" is 1001, but the most allowed is 20/);
});

// 27: what this version does not know.

test("[D8] unknown types, versions, ports and fields come back as they were, byte for byte", () => {
  const json = text(
    '"old":{"type":"math.constant","version":1,"params":{"value":-1.5e-7}},' +
      '"new":{"type":"future.node","version":77,"params":{"__proto__":{"a":[null,true]},"x":"\\ud83d"},"inputs":{"z":"old.value"},"later":{"y":{}}},' +
      '"newer":{"type":"math.add","version":99,"inputs":{"a":"new.out","constructor":"old.value"},"mode":"bypass"},' +
      '"show":{"type":"output.show","version":1,"inputs":{"value":"old.value"}}',
    ',"exposed":{"constructor":"old.value"},"future":[[[]],{"":0}]',
  );
  const { document } = parseDocument(json);
  assert.equal(JSON.stringify(document!.json), json);
  const { plan } = validate(document!, environment);
  assert.equal(plan!.nodes.length, 2, "what the outputs do not need is in nobody's way");
  assert.equal(JSON.stringify(document!.json), json);
  const set = applySettings(document!, { constructor: "-1.5e-7" }, environment.catalogue);
  assert.equal(JSON.stringify(set.document.json), json);
});

test("[D13] names that are long or would steer a terminal are shown short and quoted", () => {
  const steering = "\u001b[2J\u0007\r";
  const nodes = {
    [`a${steering}`]: {},
    b: node(
      "math.add",
      { [steering]: steering, b: steering },
      { [steering]: steering, a: steering },
      { mode: steering, [steering]: 1 },
    ),
    c: node(steering, {}, {}, { version: steering }),
    d: node(steering),
    e: node(
      "math.add",
      { [steering]: steering, b: steering },
      { [steering]: steering, [`${steering}2`]: "b.value", a: steering },
    ),
  };
  const { problems } = readDocument(workflow(nodes, { [steering]: 1, exposed: { [steering]: steering } }));
  const all = [...problems, ...validateJson(workflow(nodes), environment, { targets: ["e", "d", steering] }).problems];
  assert.ok(all.length > 15);
  for (const { message, remedy } of all) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
    assert.doesNotMatch(message + remedy, /[\u0000-\u001f]/);
    assert.ok(message.length + remedy.length < 500);
  }
});

test("[D11] a whole number that reading would change is refused as it was written, wherever it stands", () => {
  for (const written of ["18446744073709551615", "-9007199254740993"]) {
    const [problem] = parseDocument(
      text(`"a":{"type":"future.node","version":9,"params":{"x":\n${written}}}`),
    ).problems;
    assert.equal(problem!.code, "out-of-range");
    assert.ok(problem!.message.includes(`${written} at line 2, column 1 `), problem!.message);
    assert.match(problem!.remedy, /up to 9007199254740991/);
  }
  for (const written of [
    "9007199254740991",
    "9007199254740992",
    "1000000000000000019884624838656",
    "423214703319341800",
    `1${"0".repeat(30)}`,
    "0.1234567890123456789",
  ])
    assert.ok(
      parseDocument(text(`"a":{"type":"future.node","version":9,"params":{"x":${written}}}`)).document,
      written,
    );
});

test("[D6] a comment or a comma too many is what the remedy speaks of, not a missing one", () => {
  const remedyOf = (json: string) => parseDocument(json).problems[0]!.remedy;
  const comment = /^The mistake is at line 2, column 3\. JSON has no comments: remove it/;
  for (const written of ["// why", "/* why */", '// "why', "//"])
    assert.match(remedyOf(`{ "format": "clipwork/1",\n  ${written}\n "nodes": {} }`), comment, written);
  const surplus = /^The mistake is at line 1, column 39\. This comma is one too many: remove it\./;
  for (const rest of ["}", " \n\t}", ",}"])
    assert.match(remedyOf(`{ "format": "clipwork/1", "nodes": {} ,${rest}`), surplus, rest);
  assert.match(remedyOf('{ "nodes": [1, 2,] }'), /line 1, column 17\. This comma/);
  for (const other of ['{ "a": 1 "b": 2 }', '{ "a": "// no comment,]" "b": 2, // one\n }', '{ "format', "{"])
    assert.match(remedyOf(other), /Look for a missing comma/, other);
});
