import assert from "node:assert/strict";
import { test } from "node:test";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { startServer } from "./server.fixture.ts";

test("a workflow is saved, changed, listed, restored and deleted; a change of an old revision loses nothing", async (context) => {
  const server = await startServer(context);
  const first = shortHierarchy();
  const { id, revision } = await server.json("POST", "/workflows", { title: "One", document: first }, 201);
  assert.equal(revision, 1);
  const second = { ...first, meta: { title: "changed" } };
  const put = (body: object, status = 200) => server.json("PUT", `/workflows/${id}`, body, status);
  assert.equal((await put({ title: "Two", document: second, revision: 1 })).revision, 2);
  const conflict = await put({ title: "Lost?", document: first, revision: 1 }, 409);
  assert.match(conflict.detail, /revision 2.*revision 1/);
  const saved = await server.json("GET", `/workflows/${id}`);
  assert.deepEqual([saved.title, saved.document], ["Two", second]);

  const restored = await server.json("POST", `/workflows/${id}/restore`, { revision: 2, from: 1 });
  assert.deepEqual([restored.revision, restored.title, restored.document], [3, "One", first]);
  const { items } = await server.json("GET", `/workflows/${id}/history`);
  assert.deepEqual(
    items.map(({ revision, title }: { revision: number; title: string }) => [revision, title]),
    [
      [3, "One"],
      [2, "Two"],
      [1, "One"],
    ],
  );
  await server.json("POST", `/workflows/${id}/restore`, { revision: 3, from: 9 }, 404);

  const run = await server.json("POST", "/runs", { workflow: id, set: { seed: 4 } });
  assert.equal((await server.watch(run.id)).at(-1)!.event, "run.finished");
  const runs = await server.json("GET", `/runs?workflow=${id}&state=finished`);
  assert.deepEqual(
    runs.items.map((one: { id: string }) => one.id),
    [run.id],
  );

  await server.json("DELETE", `/workflows/${id}`, undefined, 204);
  await server.json("GET", `/workflows/${id}`, undefined, 404);
  await server.json("POST", "/runs", { workflow: id }, 404);
  const back = await server.json("POST", `/workflows/${id}/recover`);
  assert.deepEqual([back.title, back.revision, back.document], ["One", 3, first]);
});

test("a client names what it creates, and why a revision is kept; old revisions are read, titles searched", async (context) => {
  const server = await startServer(context);
  const id = "123e4567-e89b-42d3-a456-426614174000";
  const document = shortHierarchy();
  const body = { id, title: "Été", document, reason: "edit" };
  assert.equal((await server.json("POST", "/workflows", body, 201)).id, id);
  await server.json("POST", "/workflows", body, 409);
  const changed = { ...document, meta: { title: "changed" } };
  await server.json("PUT", `/workflows/${id}`, { title: "Hiver", document: changed, revision: 1, reason: "run" });
  await server.json("PUT", `/workflows/${id}`, { title: "Fin", document, revision: 2 });
  const { items } = await server.json("GET", `/workflows/${id}/history`);
  assert.deepEqual(
    items.map(({ revision, reason }: { revision: number; reason: string }) => [revision, reason]),
    [
      [3, "saved"],
      [2, "run"],
    ],
  );
  const old = await server.json("GET", `/workflows/${id}/revisions/2`);
  assert.deepEqual([old.title, old.reason, old.document], ["Hiver", "run", changed]);
  for (const [path, status] of [
    ["revisions/1", 404],
    ["revisions/x", 400],
  ] as const)
    assert.equal((await server.ask("GET", `/workflows/${id}/${path}`)).status, status);
  const found = async (title: string) => (await server.json("GET", `/workflows?title=${title}`)).items.length;
  assert.deepEqual([await found("FIN"), await found("hiver")], [1, 0]);
  for (const wrong of [{ id: "x" }, { reason: "whim" }])
    await server.json("POST", "/workflows", { ...body, ...wrong }, 400);
});

test("a half-wired workflow with unknown nodes is saved as it is; what is no workflow is refused", async (context) => {
  const server = await startServer(context);
  const document = {
    format: "clipwork/1",
    nodes: { a: { type: "future.node", version: 9, params: { deep: [1] } } },
    more: 1,
  };
  const { id } = await server.json("POST", "/workflows", { title: "Later", document }, 201);
  assert.deepEqual((await server.json("GET", `/workflows/${id}`)).document, document);
  for (const bad of [null, 3, [], "text", {}, { format: "clipwork/9", nodes: {} }]) {
    const body = await server.json("POST", "/workflows", { title: "x", document: bad }, 422);
    assert.ok(body.problems.length > 0);
  }
  for (const title of ["", " ", "x".repeat(201), 3]) await server.json("POST", "/workflows", { title, document }, 400);
});

test("lists come in pages that together are all of it, each once", async (context) => {
  const server = await startServer(context);
  for (let i = 0; i < 7; i++)
    await server.json("POST", "/workflows", { title: `w${i}`, document: shortHierarchy() }, 201);
  const titles: string[] = [];
  for (let next: string | undefined = ""; next !== undefined; ) {
    const page: { items: { title: string }[]; next?: string } = await server.json(
      "GET",
      `/workflows?limit=3${next === "" ? "" : `&before=${next}`}`,
    );
    assert.ok(page.items.length <= 3);
    titles.push(...page.items.map(({ title }) => title));
    next = page.next;
  }
  assert.deepEqual(titles.toSorted(), ["w0", "w1", "w2", "w3", "w4", "w5", "w6"]);
  for (const query of ["limit=1e9", "limit=x", "before=zzz", "unknown=1", "limit=-1"])
    assert.equal((await server.ask("GET", `/workflows?${query}`)).status, 400, query);
});
