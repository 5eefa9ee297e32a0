import assert from "node:assert/strict";
import { test } from "node:test";
import { list, nodeDefiner, p, readDocument, type WorkflowJson } from "@clipwork/engine";
import { t, testEnvironment } from "@clipwork/engine/testing";
import fc from "fast-check";
import { paint, prompt, reroute, save } from "../testing/catalogue.ts";
import { copyNodes, pasteNodes } from "./clipboard.ts";
import {
  addNode,
  connect,
  disconnect,
  emptyWorkflow,
  moveNodes,
  newId,
  removeNodes,
  renewSeeds,
  setMode,
  setParam,
  setPlace,
  setTitle,
} from "./edit.ts";
import { begin, type History, redo, seal, step, undo } from "./history.ts";
import { couldLink, linksOf, refusal, socketTypes, wouldCircle } from "./links.ts";
import { searchNodes } from "./search.ts";

const defineNode = nodeDefiner<unknown>();
const count = defineNode({
  type: "list.count",
  version: 1,
  title: "Count",
  summary: "Numbers.",
  outputs: { numbers: list(t.integer("The numbers.")) },
  params: { first: p.seed() },
  run: (_, { first }) => ({ numbers: [first] }),
});
const environment = testEnvironment([prompt, count, paint, reroute, save]);
const types = [...environment.catalogue.keys()];

const start = {
  ...emptyWorkflow,
  nodes: {
    caption: { type: "text.prompt", version: 1, params: { text: "a cube" } },
    paint: { type: "image.paint", version: 1, inputs: { text: "caption.text" } },
    save: { type: "output.image", version: 1, inputs: { image: "paint.image" } },
  },
  exposed: { prompt: "caption.text", seed: ["paint.seed"] },
} as const satisfies WorkflowJson;

type Edit = (workflow: WorkflowJson, pick: (n: number) => string) => WorkflowJson;
const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.nat(), fc.integer(), fc.integer()).map(
    ([n, x, y]): Edit =>
      (workflow) => {
        const type = types[n % types.length]!;
        return addNode(workflow, newId(type, workflow.nodes), { type, version: 1 }, { x, y });
      },
  ),
  fc.nat().map(
    (n): Edit =>
      (workflow, pick) =>
        removeNodes(workflow, new Set([pick(n)])),
  ),
  fc.tuple(fc.nat(), fc.nat(), fc.constantFrom("text", "image", "value", "seed")).map(
    ([a, b, port]): Edit =>
      (workflow, pick) =>
        connect(workflow, { node: pick(a), port }, { node: pick(b), port }),
  ),
  fc.tuple(fc.nat(), fc.constantFrom("text", "image", "value")).map(
    ([n, port]): Edit =>
      (workflow, pick) =>
        disconnect(workflow, { node: pick(n), port }),
  ),
  fc.tuple(fc.nat(), fc.option(fc.jsonValue(), { nil: undefined })).map(
    ([n, value]): Edit =>
      (workflow, pick) =>
        setParam(workflow, { node: pick(n), port: "text" }, value),
  ),
  fc.tuple(fc.nat(), fc.constantFrom("mute", "bypass", undefined)).map(
    ([n, mode]): Edit =>
      (workflow, pick) =>
        setMode(workflow, [pick(n)], mode as "mute"),
  ),
  fc.tuple(fc.nat(), fc.integer(), fc.integer()).map(
    ([n, x, y]): Edit =>
      (workflow, pick) =>
        moveNodes(workflow, new Map([[pick(n), { x, y }]])),
  ),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([a, b]): Edit =>
      (workflow, pick) =>
        pasteNodes(workflow, copyNodes(workflow, new Set([pick(a), pick(b)])), { x: 9, y: 9 }).workflow,
  ),
  fc.string().map(
    (title): Edit =>
      (workflow) =>
        setTitle(workflow, title),
  ),
  fc.tuple(fc.nat(), fc.boolean()).map(
    ([n, open]): Edit =>
      (workflow, pick) =>
        setPlace(workflow, pick(n), { open }),
  ),
);

test("twenty random edits, undone one by one and redone, give every state again", () => {
  fc.assert(
    fc.property(fc.array(edits, { minLength: 20, maxLength: 20 }), (all) => {
      let history: History<WorkflowJson> = begin(start);
      const states: string[] = [JSON.stringify(history.present)];
      for (const edit of all) {
        const ids = Object.keys(history.present.nodes);
        const before = history;
        history = step(
          history,
          edit(history.present, (n) => ids[n % ids.length] ?? "none"),
        );
        if (history !== before) states.push(JSON.stringify(history.present));
      }
      for (let i = states.length - 1; i > 0; i--) {
        assert.equal(JSON.stringify(history.present), states[i]);
        history = undo(history);
      }
      assert.equal(history.present, start);
      assert.equal(undo(history), history);
      for (let i = 1; i < states.length; i++) {
        history = redo(history);
        assert.equal(JSON.stringify(history.present), states[i]);
      }
      assert.equal(redo(history), history);
    }),
  );
});

test("every edit leaves a document that can be read, with links and places of nodes that exist", () => {
  fc.assert(
    fc.property(fc.array(edits, { maxLength: 30 }), (all) => {
      let workflow: WorkflowJson = start;
      for (const edit of all) {
        const ids = Object.keys(workflow.nodes);
        workflow = edit(workflow, (n) => ids[n % ids.length] ?? "paint");
      }
      const read = readDocument(workflow);
      assert.ok(read.document);
      assert.equal(read.document.broken.size, 0);
      for (const { inputs = {} } of Object.values(workflow.nodes))
        for (const link of Object.values(inputs)) assert.ok(Object.hasOwn(workflow.nodes, link.split(".")[0]!), link);
      for (const address of Object.values(workflow.exposed ?? {}).flat())
        assert.ok(Object.hasOwn(workflow.nodes, address.split(".")[0]!), address);
    }),
  );
});

test("steps of one kind in a row are one step, until something else is done", () => {
  let history = begin("");
  for (const text of ["c", "cu", "cub"]) history = step(history, text, "caption.text");
  history = step(seal(history), "cube", "caption.text");
  assert.equal(undo(history).present, "cub");
  assert.equal(undo(undo(history)).present, "");
});

test("a new step forgets what was undone, whether it joins another or not", () => {
  const undone = undo(step(begin("a"), "b"));
  assert.equal(redo(undone).present, "b");
  for (const joins of [undefined, "text"]) {
    const next = step(undone, "c", joins);
    assert.equal(redo(next), next);
  }
});

test("copies keep the links among them and those from nodes that stay", () => {
  const copied = copyNodes(start, new Set(["paint", "save"]));
  const { workflow, ids } = pasteNodes(start, copied, { x: 10, y: 10 });
  assert.deepEqual(ids, ["paint-2", "image"]);
  assert.deepEqual(workflow.nodes["paint-2"]!.inputs, { text: "caption.text" });
  assert.deepEqual(workflow.nodes.image!.inputs, { image: "paint-2.image" });
  const elsewhere = pasteNodes(emptyWorkflow, copied, { x: 0, y: 0 }).workflow;
  assert.deepEqual(elsewhere.nodes.paint!.inputs, {});
});

test("a link that does not fit is refused with the engine's sentence, another problem of the node is not its fault", () => {
  const wrong = refusal(start, { node: "caption", port: "text" }, { node: "save", port: "image" }, environment);
  assert.equal(wrong?.message, '"save.image" needs image, but "caption.text" gives text.');
  assert.match(wrong.remedy, /image\.paint/);
  const bare = addNode(start, "other", { type: "image.paint", version: 1, params: { size: "x" } }, { x: 0, y: 0 });
  assert.equal(
    refusal(bare, { node: "caption", port: "text" }, { node: "other", port: "text" }, environment),
    undefined,
  );
  const loop = addNode(start, "via", { type: "util.reroute", version: 1 }, { x: 0, y: 0 });
  assert.match(
    refusal(loop, { node: "via", port: "value" }, { node: "via", port: "value" }, environment)!.message,
    /circle/,
  );
});

test("sockets that could be linked are found by type and without circles", () => {
  const workflow = addNode(start, "count", { type: "list.count", version: 1 }, { x: 0, y: 0 });
  const sockets = socketTypes(workflow, environment);
  const dragged = { node: "count", port: "numbers", side: "output" } as const;
  const circle = wouldCircle(workflow, dragged);
  const to = (node: string, port: string) => couldLink(sockets, dragged, { node, port, side: "input" }, circle);
  assert.equal(to("paint", "seed"), true);
  assert.equal(to("paint", "text"), false);
  assert.equal(to("count", "first"), false);
  assert.equal(to("save", "image"), false);
  assert.deepEqual([...wouldCircle(start, { node: "save", port: "image", side: "output" })].sort(), [
    "caption",
    "paint",
    "save",
  ]);
});

test("the search finds by words and, for a dragged link, by fit", () => {
  const titles = (words: string, seek?: Parameters<typeof searchNodes>[2]) =>
    searchNodes(environment, words, seek).map(({ definition, port }) =>
      port ? `${definition.title}.${port}` : definition.title,
    );
  assert.deepEqual(titles(""), ["Count", "Paint", "Prompt", "Reroute", "Save image"]);
  assert.deepEqual(titles("p"), ["Paint", "Prompt", "Save image", "Reroute"]);
  assert.deepEqual(titles("", { side: "input", type: { kind: "image" } }), ["Save image.image", "Reroute.value"]);
  assert.deepEqual(titles("", { side: "output", type: { kind: "text" } }), ["Prompt.text", "Reroute.value"]);
  assert.deepEqual(titles("", { side: "input", type: { kind: "integer" } }), [
    "Count.first",
    "Paint.seed",
    "Reroute.value",
  ]);
  assert.deepEqual(titles("zzz"), []);
});

test("seeds that are to change get new numbers, the others keep theirs", () => {
  const fresh = setPlace(start, "paint", { fresh: ["seed"] });
  assert.equal(
    renewSeeds(start, () => 5),
    start,
  );
  assert.deepEqual(renewSeeds(fresh, () => 5).nodes.paint!.params, { seed: 5 });
});

test("all links of a workflow are listed, those to nodes that are gone are not", () => {
  const dangling = connect(start, { node: "gone", port: "image" }, { node: "save", port: "image" });
  assert.deepEqual(
    linksOf(start).map(({ id }) => id),
    ["paint.text", "save.image"],
  );
  assert.deepEqual(
    linksOf(dangling).map(({ id }) => id),
    ["paint.text"],
  );
});

test("ids for many nodes in turn are all different, and none that was given is tried again", () => {
  const there: { [id: string]: unknown } = { "prompt-3": {} };
  let looks = 0;
  const taken = new Proxy(there, {
    getOwnPropertyDescriptor(target, key) {
      looks++;
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
  });
  const given = new Map<string, number>();
  const ids = Array.from({ length: 1_000 }, () => {
    const id = newId("text.prompt", taken, given);
    there[id] = {};
    return id;
  });
  assert.deepEqual(ids.slice(0, 4), ["prompt", "prompt-2", "prompt-4", "prompt-5"]);
  assert.equal(new Set(ids).size, 1_000);
  assert.ok(looks <= 2_001, `${looks}`);
});
