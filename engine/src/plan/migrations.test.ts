import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeDefiner } from "../catalogue/node.ts";
import { p } from "../catalogue/param.ts";
import { readDocument } from "../document/document.ts";
import { t } from "../kinds/socket.ts";
import { node, record, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { applySettings } from "./settings.ts";
import { validate } from "./validate.ts";

const defineNode = nodeDefiner<unknown>();
const one = node("math.constant", { value: 1 });
const show = (value: string) => node("output.show", {}, { value });

/** Version 3 calls version 1's "number" value, and takes its offset from a link that version 2 called "by". */
const moved = defineNode({
  type: "test.moved",
  version: 3,
  title: "Moved",
  summary: "Adds.",
  inputs: { offset: t.number("What is added.") },
  outputs: { value: t.number("The sum.") },
  params: { value: p.number("A number.", { default: 0, min: -100, max: 100 }) },
  migrations: [
    {
      from: 1,
      name: "number is doubled and called value",
      apply: ({ params: { number, ...params }, inputs }) => ({
        params: { ...params, value: (number as number) * 2 },
        inputs,
      }),
    },
    {
      from: 2,
      name: "by is called offset, and value counts from one",
      apply: ({ params: { value, ...params }, inputs: { by, ...inputs } }) => ({
        params: { ...params, value: (value as number) + 1 },
        inputs: { ...inputs, offset: by },
      }),
    },
  ],
  run: ({ offset }, { value }) => ({ value: offset + value }),
});
const movedEnvironment = testEnvironment<unknown>([...testNodes, moved] as never);
const movedBy = (version: number, params: object, inputs: object) =>
  workflow(
    { one, m: node("test.moved", params, inputs, { version, kept: true }), show: show("m.value") },
    { exposed: { value: "m.value", number: "m.number" } },
  );
const versions: readonly [version: number, workflow: ReturnType<typeof movedBy>][] = [
  [1, movedBy(1, { number: 5 }, { by: "one.value" })],
  [2, movedBy(2, { value: 10 }, { by: "one.value" })],
  [3, movedBy(3, { value: 11 }, { offset: "one.value" })],
];

for (const [version, json] of versions) {
  test(`[V2] a node of version ${version} takes each step that it lacks, parameters and links, and computes what version 3 does`, async () => {
    const before = structuredClone(json);
    const { plan, problems } = validateJson(json, movedEnvironment);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ["unknown-field", "bad-exposed"],
      "an exposed name of an older version says that it has no effect",
    );
    assert.deepEqual(json, before, "the document is not changed");
    const recorded = await record(plan!);
    assert.deepEqual(recorded.values, { "show.value": [12] });
    const today = await record(validateJson(versions[2]![1], movedEnvironment).plan!, { cache: recorded.cache });
    assert.equal(today.executed, 0, "the fingerprints are the same");
  });

  test(`[S1] a setting of a node of version ${version} comes after its migrations`, async () => {
    const { document } = readDocument(json);
    const set = applySettings(document!, { value: 20 }, movedEnvironment.catalogue);
    assert.deepEqual(set.problems, []);
    assert.deepEqual((await record(validate(set.document, movedEnvironment).plan!)).values, { "show.value": [21] });
    assert.equal((set.document.json.nodes.m as { kept?: boolean }).kept, true);
  });
}

test("[V2] an old node whose link cannot be read blocks with what was written, also after a setting", () => {
  const json = movedBy(1, { number: 5 }, { by: "not a link" });
  const before = structuredClone(json);
  const set = applySettings(readDocument(json).document!, { value: 20 }, movedEnvironment.catalogue);
  for (const each of [readDocument(json).document!, set.document]) {
    const { plan, problems } = validate(each, movedEnvironment);
    assert.equal(plan, undefined);
    const [blocked] = problems.filter(({ code }) => code === "bad-link");
    assert.match(blocked!.message, /"m\.by" is linked to "not a link"/);
  }
  assert.deepEqual(json, before);
});
