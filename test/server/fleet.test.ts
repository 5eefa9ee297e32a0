// Several servers and workers with one Redis and one S3 store, all of them real and on this machine.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoggedEvent } from "../../server/src/wire/wire.ts";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { skipFleet, startFleet } from "./fleet.fixture.ts";
import { startServer, submit, type TestServer, watch } from "./server.fixture.ts";

const numbers = (events: readonly LoggedEvent[]) => events.map(({ seq }) => seq);

/** The short hierarchy with that seed and so many decoder steps. */
function seeded(seed: number, steps = 4) {
  const workflow = shortHierarchy();
  workflow.nodes.decode!.params = { ...workflow.nodes.decode!.params, seed, steps };
  return workflow;
}

/** The hash of the picture that a run has made, as that server tells it. */
async function pictureOf(server: TestServer, run: string): Promise<string> {
  const { state, error, outputs } = await server.json("GET", `/runs/${run}`);
  assert.deepEqual([state, error, outputs.length], ["finished", undefined, 1]);
  return outputs[0].thumbnail;
}

test("runs of two servers are run by workers; every viewer of either has the same events, and either has the pictures", {
  skip: skipFleet,
}, async (context) => {
  const fleet = await startFleet(context);
  const [one, other] = await Promise.all([fleet.server(), fleet.server()]);
  const run = await submit(one, seeded(3));
  assert.equal((await other.json("GET", "/queue")).next[0].id, run.id, "it waits in the queue of both");
  const viewers = [watch(one.viewer(), run.id), watch(other.viewer(), run.id)];
  await fleet.worker();
  const [here, there] = await Promise.all(viewers);
  assert.deepEqual(here, there);
  assert.deepEqual(
    numbers(here!),
    here!.map((_, i) => i + 1),
  );
  assert.equal(here!.at(-1)!.event, "run.finished");
  const picture = await pictureOf(other, run.id);
  const bytes = await Promise.all(
    [one, other].map(async (server) => (await server.ask("GET", `/artifacts/${picture}`)).bytes()),
  );
  assert.ok(bytes[0]!.length > 0);
  assert.deepEqual(bytes[0], bytes[1]);
  // The same on one machine.
  const alone = await startServer(context);
  const same = await submit(alone, seeded(3));
  await alone.watch(same.id);
  assert.equal(await pictureOf(alone, same.id), picture);
});

test("[V12] what several people ask for at the same time is computed by one worker, and the others have it from the store", {
  skip: skipFleet,
}, async (context) => {
  const fleet = await startFleet(context);
  const server = await fleet.server();
  await Promise.all([fleet.worker(), fleet.worker(), fleet.worker()]);
  await server.json("PATCH", "/queue", { paused: true });
  const runs = await Promise.all(Array.from({ length: 3 }, () => submit(server, seeded(5, 200))));
  const logs = runs.map(({ id }) => watch(server.viewer(), id));
  await server.json("PATCH", "/queue", { paused: false });
  const events = (await Promise.all(logs)).flat();
  const computed = events.flatMap((event) => (event.event === "node.finished" ? event.node : []));
  // What takes next to nothing is not shared, and may be computed by each.
  assert.equal(computed.filter((one) => one === "decode").length, 1, `${computed}`);
  const pictures = await Promise.all(runs.map(({ id }) => pictureOf(server, id)));
  assert.equal(new Set(pictures).size, 1);
});
