import assert from "node:assert/strict";
import { test } from "node:test";
import { list, memoryCache, nodeDefiner, optional, socketOf } from "@clipwork/engine";
import { node, planOf, record, testEnvironment, workflow } from "@clipwork/engine/testing";
import { t, textEmbedding } from "@clipwork/nodes";
import { pass } from "../../test-nodes.fixture.ts";
import { ValueIndex } from "./value-index.ts";

const defineNode = nodeDefiner<object>();
const caption = defineNode({
  type: "test.caption",
  version: 1,
  title: "Caption",
  summary: "Embeds a text.",
  inputs: { text: optional(t.text("A text.")) },
  outputs: { embedding: socketOf(textEmbedding, "The caption."), text: t.text("The text.") },
  run: ({ text = "" }) => ({
    embedding: {
      text,
      embedding: new Float32Array([text.length]),
      states: new Float32Array(1),
      mask: new Float32Array(1),
    },
    text,
  }),
});
const texts = defineNode({
  type: "test.texts",
  version: 1,
  title: "Texts",
  summary: "Emits two texts.",
  outputs: { texts: list(t.text("The texts.")) },
  run: () => ({ texts: ["a", "bb"] }),
});
const join = defineNode({
  type: "test.join",
  version: 1,
  title: "Join",
  summary: "Makes a text of what is linked.",
  inputs: {
    a: optional(socketOf(textEmbedding, "First.")),
    b: optional(socketOf(textEmbedding, "Second.")),
    text: optional(t.text("A text.")),
  },
  outputs: { text: t.text("A text.") },
  run: ({ text = "" }) => ({ text: `${text}.` }),
});

const plan = planOf(
  workflow({
    texts: node("test.texts"),
    far: node("test.caption", {}, { text: "texts.texts" }),
    one: node("test.caption"),
    // By `text`, which is no caption, the caption of `one` is one link away; by `a` that of `far` is.
    first: node("test.join", {}, { a: "far.embedding", b: "one.embedding" }),
    behind: node("test.join", {}, { text: "first.text" }),
    near: node("test.join", {}, { text: "behind.text", a: "one.embedding" }),
    plain: node("test.join", {}, { text: "one.text" }),
    without: node("test.join", {}, { text: "texts.texts" }),
  }),
  testEnvironment([caption, texts, join]),
  ["near", "plain", "without"],
);

test("the caption of an item is the nearest text embedding upstream, of two equally near that of the first input", async () => {
  const { cache, events } = await record(plan);
  const keys = new Map(
    events.flatMap((event) => (event.event === "node.stored" ? [[`${event.node} ${event.item}`, event.key]] : [])),
  );
  const index = new ValueIndex(plan, cache);
  const found = async (node: string, item: number) => (await index.sourceOf("text-embedding", node, item))?.key;
  assert.equal(await found("first", 1), keys.get("far 1"));
  assert.equal(await found("behind", 0), keys.get("far 0"));
  // One caption for all items.
  assert.equal(await found("near", 1), keys.get("one 0"));
  assert.deepEqual(await index.sourceOf("text-embedding", "plain", 0), undefined);
  assert.deepEqual(await index.sourceOf("text-embedding", "without", 0), undefined);
  assert.deepEqual(await index.sourceOf("text-embedding", "first", 0), { key: keys.get("far 0"), port: "embedding" });
});

test("what is not known yet has no key, and is known when it is asked for again", async () => {
  const index = new ValueIndex(plan, memoryCache());
  assert.equal(await index.sourceOf("text-embedding", "first", 0), undefined);
  const cache = memoryCache();
  const later = new ValueIndex(plan, cache);
  assert.equal(await later.sourceOf("text-embedding", "first", 0), undefined);
  await record(plan, { cache });
  assert.deepEqual((await later.keysNow()).get("far")?.length, 2);
  assert.ok(await later.sourceOf("text-embedding", "first", 0));
});

test("a node's outputs are looked up by its name", () => {
  const index = new ValueIndex(plan, memoryCache());
  assert.deepEqual(
    index.node("one").outputs.map(({ port }) => port),
    ["embedding", "text"],
  );
  assert.deepEqual([index.node("texts").emitsLists, index.node("one").emitsLists], [true, false]);
});

test("what a value was made from is found by any kind, through nodes that pass on what they are given", async () => {
  const through = planOf(
    workflow({
      one: node("test.caption"),
      same: node("test.pass", {}, { value: "one.embedding" }),
      first: node("test.join", {}, { a: "same.value" }),
      last: node("test.join", {}, { text: "first.text" }),
    }),
    testEnvironment([caption, texts, join, pass]),
    ["last"],
  );
  const { cache } = await record(through);
  const index = new ValueIndex(through, cache);
  assert.equal(index.node("same").outputs[0]!.kind, textEmbedding);
  const keys = await index.keysNow();
  assert.deepEqual(await index.sourceOf("text", "last", 0), { key: keys.get("first")![0], port: "text" });
  assert.equal((await index.sourceOf("text-embedding", "last", 0))?.key, keys.get("one")![0]);
  assert.equal(await index.sourceOf("image", "last", 0), undefined);
});
