import assert from "node:assert/strict";
import { test } from "node:test";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { eventOf, startServer, submit, type TestServer } from "./server.fixture.ts";

const pack = "random-pack";

/** A picture that is varied three times, each time from what the time before gave, with so many steps a round. */
function drift(steps: number, rounds = 3) {
  const workflow = shortHierarchy();
  const { save, ...nodes } = workflow.nodes;
  return {
    ...workflow,
    nodes: {
      ...nodes,
      drift: {
        type: "loop.repeat.drift",
        version: 1,
        params: { rounds },
        inputs: { picture: "decode.image", image: "prior.embedding" },
      },
      save: { ...save!, inputs: { image: "drift.picture" } },
    },
    definitions: {
      drift: {
        title: "Drift",
        nodes: {
          vary: {
            type: "decoder.vary",
            version: 1,
            params: { pack, steps, strength: 1, sampler: "ddim" },
            inputs: { picture: "in.picture", image: "in.image", seed: "in.round" },
          },
        },
        inputs: { picture: {}, image: {}, round: {} },
        outputs: { picture: { from: "vary.image" }, all: { from: "vary.image" } },
      },
    },
  };
}

async function pictureOf(server: TestServer, run: string): Promise<string> {
  const { outputs } = await server.json("GET", `/runs/${run}`);
  assert.equal(outputs.length, 1);
  return outputs[0].thumbnail;
}

test("[I13] a loop whose server is killed goes on in its round at its checkpoint, and paints the same picture", async (context) => {
  const first = await startServer(context);
  // So many that a checkpoint, which is due by time, comes before the kill on a quick machine, too.
  const workflow = drift(999);
  const run = await submit(first, workflow);
  const killed = await eventOf(
    first,
    run.id,
    (event) => event.event === "node.progress" && event.node === "drift/2/vary" && event.step >= 900,
  );
  await first.kill("SIGKILL");
  const second = await startServer(context, { data: first.data });
  const events = await second.watch(run.id);
  assert.equal(events.at(-1)!.event, "run.finished");
  const after = events.filter(({ seq }) => seq > killed.seq);
  const begun = after.findLastIndex(({ event }) => event === "run.started");
  const then = after.slice(begun);
  const of = (round: number) => then.filter((event) => "node" in event && event.node === `drift/${round}/vary`);
  assert.ok(!of(1).some(({ event }) => event === "node.started"), "the first round is kept");
  const next = of(2).find(({ event }) => event === "node.progress");
  assert.ok(next?.event === "node.progress" && next.step > 1, `round 2 went on at step ${JSON.stringify(next)}`);
  assert.ok(of(3).some(({ event }) => event === "node.finished"));
  const whole = await submit(second, workflow, { fresh: true });
  await second.watch(whole.id);
  assert.equal(await pictureOf(second, run.id), await pictureOf(second, whole.id));
});

test("[I6] a run of more rounds than the one before computes only the further ones", async (context) => {
  const server = await startServer(context);
  const first = await submit(server, drift(2));
  await server.watch(first.id);
  const second = await submit(server, drift(2, 5));
  const started = (await server.watch(second.id)).flatMap((event) =>
    event.event === "node.started" ? [event.node] : [],
  );
  assert.deepEqual(
    started.filter((node) => node.endsWith("/vary")),
    ["drift/4/vary", "drift/5/vary"],
  );
});
