import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { isRunEnd } from "@clipwork/engine";
import type { LoggedEvent, RunSummary } from "../../server/src/wire/wire.ts";
import { childrenOf, clipwork, folderFor, hierarchy, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { nodePackIn, oneNode } from "./node-pack.fixture.ts";
import { eventOf, startServer, submit, type TestServer, until } from "./server.fixture.ts";

/** The short hierarchy with so many decoder steps that something can happen in the middle. */
function slow(seed: number, steps = 60) {
  const workflow = shortHierarchy();
  workflow.nodes.decode!.params = { ...workflow.nodes.decode!.params, seed, steps };
  return workflow;
}

const atStep = (step: number) => (event: LoggedEvent) =>
  event.event === "node.progress" && event.node === "decode" && event.step >= step;

async function again(context: TestContext, server: TestServer): Promise<TestServer> {
  await server.kill("SIGKILL");
  return startServer(context, { data: server.data });
}

test("a sampler goes on at its checkpoint when its server was killed", async (context) => {
  const first = await startServer(context);
  const run = await submit(first, slow(5, 900));
  const killed = await eventOf(first, run.id, atStep(300));
  const second = await again(context, first);
  const events = await second.watch(run.id);
  const resumed = events.find(
    (event) => event.seq > killed.seq && event.event === "node.started" && event.node === "decode",
  );
  const next = events.find((event) => event.seq > resumed!.seq && event.event === "node.progress");
  assert.ok(next?.event === "node.progress" && next.step > 1, `it went on at step ${JSON.stringify(next)}`);
});

test("a run whose worker dies is begun again; one that kills every worker is put aside, and the next one runs (case 41, A8)", async (context) => {
  const data = folderFor(context);
  // A node that kills its process: always at one place, however slow the machine is.
  const pack = nodePackIn(
    data,
    "poison",
    `run(_, __, { progress }) {
      progress(1, 900);
      return new Promise(() => setTimeout(() => process.kill(process.pid, "SIGKILL"), 50));
    }`,
  );
  const server = await startServer(context, { data, env: { CLIPWORK_NODES: pack } });
  const poison = await submit(server, oneNode("poison"), { targets: ["node"] });
  const next = await submit(server, slow(7, 2));
  const events = await server.watch(poison.id);
  assert.equal(events.filter(({ event }) => event === "run.started").length, 3);
  assert.equal(events.at(-1)!.event, "run.failed");
  const detail = await server.json("GET", `/runs/${poison.id}`);
  assert.deepEqual([detail.state, detail.outputs], ["failed", []]);
  assert.match(detail.error, /node: The model process ended unexpectedly/);
  assert.equal((await server.watch(next.id)).at(-1)!.event, "run.finished");
  await server.kill("SIGKILL");
  const restarted = await startServer(context, { data });
  assert.equal(
    (await restarted.json("GET", `/runs/${poison.id}`)).state,
    "failed",
    "a restart does not begin it again",
  );
});

test("a server that is asked to end leaves its run to the next one and exits with 0, as often as it is asked (A8)", async (context) => {
  let server = await startServer(context);
  const run = await submit(server, slow(8, 900));
  for (let stop = 1; stop <= 4; stop++) {
    const begun = () => server.json("GET", `/runs/${run.id}/events?after=0`);
    const isBegun = ({ event }: { event: string }) => event === "run.started";
    await until(async () => (await begun()).events.filter(isBegun).length >= stop, server);
    server.process.kill("SIGTERM");
    const [code] = await once(server.process, "exit");
    assert.equal(code, 0);
    server = await startServer(context, { data: server.data });
  }
  const events = await server.watch(run.id);
  assert.equal(events.at(-1)!.event, "run.finished");
  const stops = events.filter((event) => event.event === "notice" && /^The server was stopped/.test(event.message));
  assert.equal(stops.length, 4);
});

test("a second server on the same folder is refused with a sentence; the command line is not (case 50)", async (context) => {
  const server = await startServer(context);
  const refused = await clipwork(["serve", "--port", "0", "--data", server.data], { cwd: server.data });
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /^error: Another server is using the data folder .* It is at http:\/\/127\.0\.0\.1:\d+, process \d+\.\n {2}→ .*--data/,
  );
  const listed = await clipwork(["cache", "ls", "--json", "--data", server.data], { cwd: server.data });
  assert.equal(listed.code, 0, listed.stderr);
});

test("a busy port is refused with a sentence", async (context) => {
  const server = await startServer(context);
  const { port } = new URL(server.url);
  const { code, stderr } = await clipwork(["serve", "--port", port], { cwd: server.data });
  assert.equal(code, 2);
  assert.match(stderr, /^error: Port \d+ of 127\.0\.0\.1 is in use\.\n {2}→ .*--port/);
});

test("cancel: while it waits, in the middle, twice, and too late; what runs next is clean", async (context) => {
  const server = await startServer(context);
  const running = await submit(server, slow(9, 900));
  const waiting = await submit(server, slow(10));
  const last = await submit(server, hierarchy());
  await eventOf(server, running.id, atStep(3));
  assert.equal((await server.json("POST", `/runs/${waiting.id}/cancel`)).state, "cancelled");
  await server.json("POST", `/runs/${running.id}/cancel`);
  assert.equal((await server.watch(running.id)).at(-1)!.event, "run.cancelled");
  await server.json("POST", `/runs/${running.id}/cancel`);
  assert.equal((await server.watch(last.id)).at(-1)!.event, "run.finished");
  await server.json("POST", `/runs/${last.id}/cancel`, undefined, 409);
  const { items } = await server.json("GET", "/runs?state=cancelled");
  assert.deepEqual(items.map(({ id }: { id: string }) => id).toSorted(), [running.id, waiting.id].toSorted());
});

test("cancel: a run that does not hear it ends with its worker, as cancelled, and is not begun again", async (context) => {
  const data = folderFor(context);
  // Holds the worker's thread itself: no signal and no message reaches it.
  const pack = nodePackIn(
    data,
    "deaf",
    `run(_, __, { notice }) {
      notice("deaf from now on");
      return new Promise(() => setTimeout(() => { for (;;); }, 50));
    }`,
  );
  const server = await startServer(context, { data, env: { CLIPWORK_NODES: pack } });
  const run = await submit(server, oneNode("deaf"), { targets: ["node"] });
  const next = await submit(server, shortHierarchy());
  await eventOf(server, run.id, (event) => event.event === "notice" && event.node === "node");
  let begun = 0;
  const outcome = eventOf(server, run.id, (event) => isRunEnd(event) || (event.event === "run.started" && ++begun > 1));
  assert.equal((await server.json("POST", `/runs/${run.id}/cancel`)).state, "running");
  await server.json("POST", `/runs/${run.id}/cancel`);
  assert.equal((await outcome).event, "run.cancelled");
  assert.equal((await server.watch(next.id)).at(-1)!.event, "run.finished");
  const { state, error } = await server.json("GET", `/runs/${run.id}`);
  assert.deepEqual([state, error], ["cancelled", undefined]);
});

test("the queue: places, moving, first, retry, delete and a forecast", async (context) => {
  const server = await startServer(context);
  const running = await submit(server, slow(11, 900));
  await eventOf(server, running.id, atStep(3));
  const [a, b] = [await submit(server, slow(12, 2)), await submit(server, slow(13, 2))];
  const c = await submit(server, slow(14, 2), { first: true });
  const places = async () =>
    Promise.all([a, b, c].map(async ({ id }) => (await server.json("GET", `/runs/${id}`)).position));
  assert.deepEqual(await places(), [1, 2, 0]);
  assert.equal((await server.json("PATCH", `/runs/${b.id}`, { position: 0 })).position, 0);
  assert.deepEqual(await places(), [2, 0, 1]);
  await server.json("PATCH", `/runs/${running.id}`, { position: 0 }, 409);
  await server.json("DELETE", `/runs/${running.id}`, undefined, 409);
  await server.json("DELETE", `/runs/${c.id}`, undefined, 204);
  await server.json("POST", `/runs/${running.id}/cancel`);
  assert.equal((await server.watch(b.id)).at(-1)!.event, "run.finished");
  assert.equal((await server.watch(a.id)).at(-1)!.event, "run.finished");
  const retried = await server.json("POST", `/runs/${b.id}/retry`, undefined, 201);
  assert.notEqual(retried.id, b.id);
  const end = (await server.watch(retried.id)).at(-1)!;
  assert.ok(end.event === "run.finished" && end.executed === 0);

  const blocking = await submit(server, slow(15, 900));
  await eventOf(server, blocking.id, atStep(3));
  const known = await submit(server, slow(16));
  assert.equal(known.msLeft, undefined, "nothing is known of 900 steps");
  await server.json("POST", `/runs/${blocking.id}/cancel`);
  await server.watch(known.id);
  await Promise.all([17, 18, 19, 20, 21].map((seed) => submit(server, slow(seed))));
  // One reply shows one moment, whatever ran meanwhile.
  const { items } = await server.json("GET", "/runs?state=queued");
  const waits = (items as RunSummary[]).toSorted((a, b) => a.position! - b.position!).map(({ msLeft }) => msLeft!);
  assert.ok(waits.length >= 2 && waits[0]! > 0, JSON.stringify(waits));
  assert.ok(
    waits.every((wait, i) => i === 0 || wait > waits[i - 1]!),
    JSON.stringify(waits),
  );
});

test("a worker that dies between two runs is reported, and the next run has another", async (context) => {
  const server = await startServer(context);
  while ((await server.json("GET", "/health")).status !== "ok");
  for (const pid of childrenOf(server.process.pid!)) process.kill(pid, "SIGKILL");
  while ((await server.json("GET", "/health")).status !== "worker-lost");
  const { id } = await submit(server, slow(20, 2));
  assert.equal((await server.watch(id)).at(-1)!.event, "run.finished");
  assert.equal((await server.json("GET", "/health")).status, "ok");
});
