import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { isKept } from "../artifacts/kept.fixture.ts";
import { memoryArtifacts } from "../artifacts/memory-artifacts.ts";
import { Refusal } from "../artifacts/refusal.ts";
import type { WorkflowFacts } from "../checker/checker-protocol.ts";
import { Database } from "../data-folder/database.ts";
import type { JsonBytes } from "../files/json-bytes.ts";
import { type PackedJson, packJson, unpackJson } from "../files/packed-json.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { WorkflowStore, workflowOwner } from "./workflow-store.ts";

function openStore(context: TestContext) {
  const database = new Database(temporaryFolder(context));
  context.after(() => database.close());
  const artifacts = memoryArtifacts((error) => {
    throw error;
  });
  return { store: new WorkflowStore(database, artifacts, checker), artifacts };
}

/** Knows the pictures of the documents below. */
const checker = {
  async inspect(document: PackedJson): Promise<WorkflowFacts> {
    const text = unpackJson(document);
    return text.includes("clipwork/1")
      ? { assets: [...text.matchAll(/asset:([0-9a-f]{64})/g)].map(([, hash = ""]) => hash) }
      : { problems: [{ code: "c", severity: "error", message: "m", remedy: "r" }] };
  },
};

const workflow = (value: number | string) =>
  packJson(
    JSON.stringify({ format: "clipwork/1", nodes: { one: { type: "math.constant", version: 1, params: { value } } } }),
  );
const read = (json: JsonBytes) => JSON.parse(json.toString());
const refused = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason;

test("a change is a new revision of the newest, and nothing is lost on the way", async (context) => {
  const { store } = openStore(context);
  const plain = (value: number) => JSON.parse(unpackJson(workflow(value)));
  const first = read(await store.create("One", workflow(1)));
  assert.deepEqual([first.title, first.revision, first.document], ["One", 1, plain(1)]);
  const second = read(await store.update(first.id, 1, "Two", workflow(2)));
  const now = read(await store.read(first.id)).document;
  assert.deepEqual([second.title, second.revision, now], ["Two", 2, plain(2)]);
  assert.deepEqual(store.document(first.id), workflow(2));
  const third = read(await store.restore(first.id, 2, 1));
  assert.deepEqual([third.title, third.revision, third.document], ["One", 3, plain(1)]);
  assert.deepEqual(
    store.history(first.id).map(({ revision, title }) => [revision, title]),
    [
      [3, "One"],
      [2, "Two"],
      [1, "One"],
    ],
  );
});

test("a change of an old revision is refused, and changes nothing, not even what pictures are in use", async (context) => {
  const { store, artifacts } = openStore(context);
  const { id } = read(await store.create("One", workflow(1)));
  await store.update(id, 1, "Two", workflow(2));
  await assert.rejects(store.update(id, 1, "Late", workflow(`asset:${"a".repeat(64)}`)), refused("conflict"));
  assert.deepEqual([read(await store.read(id)).title, store.history(id).length], ["Two", 2]);
  assert.deepEqual(await artifacts.owners(), []);
});

test("of two changes at once one is saved and the other refused", async (context) => {
  const { store } = openStore(context);
  const { id } = read(await store.create("One", workflow(1)));
  const changes = await Promise.allSettled([2, 3].map((value) => store.update(id, 1, `${value}`, workflow(value))));
  assert.deepEqual(changes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  assert.equal(read(await store.read(id)).revision, 2);
});

test("the pictures that any revision names stay until the workflow is removed", async (context) => {
  const { store, artifacts } = openStore(context);
  const hash = await artifacts.put(Buffer.from("picture"));
  const { id } = read(await store.create("One", workflow(`asset:${hash}`)));
  assert.deepEqual(await artifacts.owners(), [workflowOwner(id)]);
  await store.update(id, 1, "Two", workflow(2));
  await artifacts.removeLeftovers();
  await artifacts.settled();
  assert.ok(await isKept(artifacts, hash), "an old revision names it");
  await store.remove(id);
  await artifacts.settled();
  assert.equal(await isKept(artifacts, hash), false);
  assert.equal(store.has(id), false);
});

test("what is no workflow is not saved, and what does not exist is unknown", async (context) => {
  const { store } = openStore(context);
  for (const document of [packJson("null"), packJson('{"nodes":{}}'), undefined])
    await assert.rejects(store.create("X", document), refused("invalid"));
  assert.deepEqual(store.list(undefined, 9), { workflows: [] });
  const unknown = "00000000-0000-4000-8000-000000000000";
  for (const act of [() => store.document(unknown), () => store.history(unknown)])
    assert.throws(act, refused("unknown"));
  await assert.rejects(store.read(unknown), refused("unknown"));
  await assert.rejects(store.remove(unknown), refused("unknown"));
  await assert.rejects(store.update(unknown, 1, "X", workflow(1)), refused("unknown"));
  const { id } = read(await store.create("One", workflow(1)));
  await assert.rejects(store.restore(id, 1, 7), refused("unknown"));
});

test("workflows are listed last changed first, in pages that together are all of them, each once", async (context) => {
  const { store } = openStore(context);
  const ids: string[] = [];
  for (let i = 0; i < 7; i++) ids.push(read(await store.create(`${i}`, workflow(i))).id);
  const seen: string[] = [];
  let before: string | undefined;
  do {
    const page = store.list(before, 3);
    seen.push(...page.workflows.map(({ id }) => id));
    before = page.next;
  } while (before !== undefined);
  assert.deepEqual(seen.toSorted(), ids.toSorted());
});
