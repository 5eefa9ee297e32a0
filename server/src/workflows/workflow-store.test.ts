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
const day = 24 * 3_600_000;
const refused = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason;

test("[D1] a change is a new revision of the newest, and nothing is lost on the way", async (context) => {
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

test("[D1] a change of an old revision is refused, and changes nothing, not even what pictures are in use", async (context) => {
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

test("[D5] the pictures that any revision names stay until the workflow was deleted 30 days ago", async (context) => {
  const { store, artifacts } = openStore(context);
  const hash = await artifacts.put(Buffer.from("picture"));
  const { id } = read(await store.create("One", workflow(`asset:${hash}`)));
  assert.deepEqual(await artifacts.owners(), [workflowOwner(id)]);
  await store.update(id, 1, "Two", workflow(2));
  await artifacts.removeLeftovers();
  await artifacts.settled();
  assert.ok(await isKept(artifacts, hash), "an old revision names it");
  store.remove(id);
  await store.purge(Date.now() + 29 * day);
  await artifacts.settled();
  assert.ok(await isKept(artifacts, hash), "it can still be brought back");
  await store.purge(Date.now() + 31 * day);
  await artifacts.settled();
  assert.equal(await isKept(artifacts, hash), false);
  assert.equal(store.has(id), false);
});

test("[D5] a deleted workflow is neither listed, read nor changed, and comes back whole", async (context) => {
  const { store } = openStore(context);
  const { id } = read(await store.create("One", workflow(1)));
  await store.update(id, 1, "Two", workflow(2));
  const history = store.history(id);
  store.remove(id);
  assert.deepEqual(store.list(undefined, 9), { workflows: [] });
  await assert.rejects(store.read(id), refused("unknown"));
  await assert.rejects(store.update(id, 2, "X", workflow(1)), refused("unknown"));
  await assert.rejects(store.readRevision(id, 1), refused("unknown"));
  for (const act of [() => store.document(id), () => store.history(id), () => store.remove(id)])
    assert.throws(act, refused("unknown"));
  const back = read(await store.recover(id));
  assert.deepEqual([back.title, back.revision], ["Two", 2]);
  assert.deepEqual(store.history(id), history);
  await store.purge(Date.now() + 365 * day);
  assert.equal(store.has(id), true, "what is not deleted is never purged");
});

test("[D2] a workflow is created under the client's id once: a request that is repeated makes no second one", async (context) => {
  const { store } = openStore(context);
  const id = "123e4567-e89b-42d3-a456-426614174000";
  assert.equal(read(await store.create("One", workflow(1), { id })).id, id);
  await assert.rejects(store.create("Again", workflow(2), { id }), refused("conflict"));
  store.remove(id);
  await assert.rejects(store.create("Again", workflow(2), { id }), refused("conflict"));
  const both = await Promise.allSettled(
    ["a", "b"].map((title) => store.create(title, workflow(1), { id: id.replace("1", "2") })),
  );
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});

test("[D3] of edits within five minutes the newest is kept; what was saved or run stays", async (context) => {
  const { store } = openStore(context);
  context.mock.timers.enable({ apis: ["Date"], now: 600_000 });
  const { id } = read(await store.create("1", workflow(1), { reason: "edit" }));
  const reasons = ["edit", "edit", "saved", "edit", "run", "edit"] as const;
  for (const [i, reason] of reasons.entries()) {
    context.mock.timers.tick(10_000);
    await store.update(id, i + 1, `${i + 2}`, workflow(i + 2), reason);
  }
  const titles = () => store.history(id).map(({ title, reason }) => `${title} ${reason}`);
  assert.deepEqual(titles(), ["7 edit", "6 run", "4 saved"]);
  context.mock.timers.tick(300_000);
  await store.update(id, 7, "8", workflow(8), "edit");
  assert.deepEqual(titles(), ["8 edit", "7 edit", "6 run", "4 saved"], "the last one of an earlier stretch stays");
  const old = read(await store.readRevision(id, 4));
  assert.deepEqual([old.title, old.reason, old.document], ["4", "saved", JSON.parse(unpackJson(workflow(4)))]);
  await assert.rejects(store.readRevision(id, 1), refused("unknown"));
});

test("[D4] of what was saved the newest 200 are kept, and 200 of everything else", async (context) => {
  const { store } = openStore(context);
  const { id } = read(await store.create("first", workflow(1)));
  for (let revision = 1; revision <= 202; revision++) await store.update(id, revision, "run", workflow(1), "run");
  const count = (reason: string) => store.history(id).filter((one) => one.reason === reason).length;
  assert.deepEqual([count("saved"), count("run")], [1, 200]);
  for (let revision = 203; revision <= 403; revision++) await store.update(id, revision, "saved", workflow(1));
  assert.deepEqual([count("saved"), count("run")], [200, 200]);
});

test("[D6] watchers hear of each new revision once it is stored, and of none that was refused", async (context) => {
  const { store } = openStore(context);
  const heard: string[] = [];
  const leave = store.watch(({ id, revision }) => heard.push(`${revision} ${store.history(id)[0]!.revision}`));
  const { id } = read(await store.create("One", workflow(1)));
  await store.update(id, 1, "Two", workflow(2));
  await assert.rejects(store.update(id, 1, "Late", workflow(3)), refused("conflict"));
  leave();
  await store.update(id, 2, "Three", workflow(3));
  assert.deepEqual(heard, ["1 1", "2 2"]);
});

test("workflows are found by words of their title, in small or large letters of any alphabet", async (context) => {
  const { store } = openStore(context);
  for (const title of ["Ärger mit 100 % Kegeln", "Cones_2", "Other"]) await store.create(title, workflow(1));
  const found = (words: string) => store.list(undefined, 9, words).workflows.map(({ title }) => title);
  assert.deepEqual(found("ärGER"), ["Ärger mit 100 % Kegeln"]);
  assert.deepEqual(found("%"), ["Ärger mit 100 % Kegeln"]);
  assert.deepEqual(found("_"), ["Cones_2"]);
  assert.deepEqual(found("nothing"), []);
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
  assert.throws(() => store.remove(unknown), refused("unknown"));
  await assert.rejects(store.recover(unknown), refused("unknown"));
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
