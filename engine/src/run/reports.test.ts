import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeDefiner } from "../catalogue/node.ts";
import { defineKind } from "../kinds/kind.ts";
import { t } from "../kinds/socket.ts";
import { node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { type TestServices, testNodes } from "../testing/test-nodes.ts";

test("[Y5] a preview of another kind than its output carries that kind", async () => {
  const tokens = defineKind<readonly string[]>({ kind: "tokens", check: () => undefined });
  const reading = nodeDefiner<TestServices>()({
    type: "test.reading",
    version: 1,
    title: "Reading",
    summary: "Shows what it reads.",
    inputs: { value: t.number("A number.") },
    outputs: { value: t.number("The same number.") },
    run: ({ value }, _, { preview }) => {
      preview("value", ["a", "b"], tokens);
      return { value };
    },
  });
  const nodes = { one: node("math.constant", { value: 1 }), read: node("test.reading", {}, { value: "one.value" }) };
  const { previews } = await record(planOf(workflow(nodes), testEnvironment([...testNodes, reading]), ["read"]));
  const [preview, ...more] = previews;
  assert.equal(more.length, 0);
  assert.equal(preview!.kind, tokens);
  assert.deepEqual(preview!.value, ["a", "b"]);
});

test("[R10] progress, previews and notices carry node and item; late ones are ignored", async () => {
  let late = () => {};
  const chatty = nodeDefiner<unknown>()({
    type: "test.chatty",
    version: 1,
    title: "Chatty",
    summary: "Tells much.",
    inputs: { value: t.number("In.") },
    outputs: { value: t.number("Out.") },
    run: async ({ value }, _, { progress, doing, preview, notice }) => {
      doing("loading");
      progress(1, 2);
      doing("loading more");
      preview("value", value);
      notice("half way");
      late = () => {
        progress(2, 2);
        doing("idling");
        preview("value", value);
        notice("too late");
      };
      return { value };
    },
  });
  const nodes = {
    one: node("math.constant"),
    chat: node("test.chatty", {}, { value: "one.value" }),
    after: node("math.add", {}, { a: "chat.value" }),
    show: node("output.show", {}, { value: "after.value" }),
  };
  const services: TestServices = { call: () => late() };
  const { events, previews } = await record(planOf(workflow(nodes), testEnvironment([...testNodes, chatty])), {
    services,
  });
  const said = events.filter(({ event }) => event === "node.progress" || event === "notice");
  assert.deepEqual(
    said.map(({ seq: _, run: __, time: ___, ...rest }) => rest),
    [
      { event: "node.progress", node: "chat", item: 0, step: 0, steps: 0, doing: "loading" },
      { event: "node.progress", node: "chat", item: 0, step: 1, steps: 2 },
      { event: "node.progress", node: "chat", item: 0, step: 1, steps: 2, doing: "loading more" },
      { event: "notice", node: "chat", item: 0, message: "half way" },
    ],
  );
  assert.deepEqual(previews, [{ event: "preview", run: "test", node: "chat", item: 0, port: "value", value: 0 }]);
});

test("[R10] a service of an item's own takes the place of the run's, and reports for that item", async () => {
  const nodes = {
    one: node("math.constant", { value: 3 }),
    two: node("math.add", { b: 2 }, { a: "one.value" }),
    show: node("output.show", {}, { value: "two.value" }),
  };
  const told: string[] = [];
  const services: TestServices = { call: () => void told.push("the run's") };
  const { events } = await record(planOf(workflow(nodes), testEnvironment(testNodes)), {
    services,
    servicesOf: ({ doing }) => ({
      call: (label) => {
        told.push(label);
        doing(`calling ${label}`);
      },
    }),
  });
  assert.deepEqual(told, ["3+2"]);
  assert.deepEqual(
    events.flatMap((event) => (event.event === "node.progress" ? [[event.node, event.doing]] : [])),
    [["two", "calling 3+2"]],
  );
});

test("[Q7] the services of an item are asked for with its node", async () => {
  const nodes = {
    one: node("math.constant", { value: 3 }),
    two: node("math.add", { b: 2 }, { a: "one.value" }),
    show: node("output.show", {}, { value: "two.value" }),
  };
  const asked: string[] = [];
  await record(planOf(workflow(nodes), testEnvironment(testNodes)), {
    servicesOf: (_, of) => {
      asked.push(of);
      return {};
    },
  });
  assert.deepEqual(asked, ["one", "two"]);
});
