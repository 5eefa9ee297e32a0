import assert from "node:assert/strict";
import { test } from "node:test";
import { shortHierarchy, type Workflow } from "../cli/clipwork.fixture.ts";
import { tallied } from "../tallied.fixture.ts";
import { startServer, submit } from "./server.fixture.ts";

/** A chain that passes a text on; its document is large enough for a thread of its own. */
function chain(length: number): { readonly document: Workflow; readonly targets: readonly string[] } {
  const nodes: Workflow["nodes"] = { n0: { type: "text.prompt", version: 1, params: { text: "a" } } };
  for (let i = 1; i < length; i++)
    nodes[`n${i}`] = { type: "util.reroute", version: 1, inputs: { value: i === 1 ? "n0.text" : `n${i - 1}.value` } };
  return { document: { format: "clipwork/1", nodes, exposed: {} }, targets: [`n${length - 1}`] };
}

test("while a large document is validated others are answered and run, and it is validated once", async (context) => {
  const { environment, take, openGate } = tallied(context);
  const server = await startServer(context, { env: environment });
  const large = chain(20_000);
  assert.ok(JSON.stringify(large).length > 2 ** 20);
  let answered = false;
  const forecast = server.json("POST", "/forecast", large).finally(() => {
    answered = true;
  });
  let validations = 0;
  while (validations === 0) {
    assert.equal((await server.json("GET", "/health")).status, "ok");
    validations += take().validations;
  }

  for (const path of ["/health", "/runs", "/nodes", "/packs"]) await server.json("GET", path);
  const small = shortHierarchy();
  assert.equal((await server.json("POST", "/forecast", { document: small })).nodes.length, 4);
  const run = await submit(server, small);
  assert.equal((await server.watch(run.id)).at(-1)!.event, "run.finished");
  assert.equal(answered, false, "the large document is still at the gate");

  openGate();
  const { nodes, kinds } = await forecast;
  const { kind } = nodes[0]!;
  assert.deepEqual(nodes, [{ node: "n0", state: "would run", kind, items: 1 }]);
  assert.match(String(kind), /^[0-9a-f]{32}$/);
  assert.deepEqual(Object.keys(kinds), [kind], "the small one has a node of that kind");
  assert.deepEqual(
    { ...take(), hashed: [] },
    { reads: 1, validations: 1, bindings: 1, hashed: [], processes: 2 },
    "of the small one",
  );
  const { id } = await server.json("POST", "/runs", large);
  assert.equal((await server.watch(id)).at(-1)!.event, "run.finished");
  const { reads, validations: again, bindings } = take();
  assert.deepEqual(
    { reads, again, bindings },
    { reads: 0, again: 0, bindings: 1 },
    "what was forecast is not checked again",
  );
  assert.equal(Object.keys((await server.json("GET", `/runs/${id}`)).document.nodes).length, 20_000);
});

test("the thread that serves neither reads nor writes a large document: it passes through packed", async (context) => {
  const { environment, take, largeJson, openGate } = tallied(context);
  openGate();
  const server = await startServer(context, { env: environment });
  const { document, targets } = chain(20_000);
  await server.json("POST", "/forecast", { document, targets });
  const { id } = await server.json("POST", "/runs", { document, targets });
  assert.equal((await server.watch(id)).at(-1)!.event, "run.finished");
  await server.json("POST", `/runs/${id}/retry`, undefined, 201);
  const saved = await server.json("POST", "/workflows", { title: "Large", document }, 201);
  await server.json("PUT", `/workflows/${saved.id}`, { title: "Larger", document, revision: 1 });
  await server.json("POST", `/workflows/${saved.id}/restore`, { revision: 2, from: 1 });
  await server.json("POST", "/runs", { workflow: saved.id, targets });
  for (const path of [`/runs/${id}`, `/workflows/${saved.id}`])
    assert.deepEqual((await server.json("GET", path)).document, document);
  await server.json("GET", `/workflows/${saved.id}/history`);
  assert.ok(take().reads > 0, "calls are tallied");
  assert.deepEqual(largeJson(server.process.pid), []);
});
