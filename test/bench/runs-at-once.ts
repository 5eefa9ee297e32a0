import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer, type TestServer } from "../server/server.fixture.ts";
import { atLeast, atMost, type Findings } from "./findings.ts";
import { temporaryFolder } from "./places.ts";
import { show, spread, timed } from "./statistics.ts";

const people = 16;
const rounds = 3;

/** A picture of 64 pixels for each seed, from a caption of somebody's own. */
function pictures(caption: string, first: number, count: number): object {
  const seeds = { type: "list.seeds", version: 1, params: { first, count } };
  const node = (type: string, inputs: object, params: object = {}) => ({ type, version: 1, inputs, params });
  return {
    format: "clipwork/1",
    nodes: {
      seeds,
      caption: node("text.prompt", {}, { text: caption }),
      encode: node("clip.encode-text", { text: "caption.text" }),
      prior: node("prior.diffusion", { text: "encode.embedding", seed: "seeds.seeds" }),
      decode: node("decoder.sample", { image: "prior.embedding", text: "encode.embedding", seed: "seeds.seeds" }),
      save: node("output.image", { image: "decode.image" }),
    },
  };
}

/** Submits all of them while the queue is paused, and waits until they have ended. Returns milliseconds. */
async function carryOut(server: TestServer, documents: readonly object[]): Promise<number> {
  await server.json("PATCH", "/queue", { paused: true });
  const ids: string[] = [];
  for (const document of documents) ids.push((await server.json("POST", "/runs", { document, fresh: true })).id);
  const ends = Promise.all(ids.map((id) => server.watch(id)));
  return timed(async () => {
    await server.json("PATCH", "/queue", { paused: false });
    for (const log of await ends) if (log.at(-1)!.event !== "run.finished") throw new Error(JSON.stringify(log.at(-1)));
  });
}

/** Sixteen runs of sixteen people at once, one after the other, and as one run of sixteen seeds. */
export async function measure(): Promise<Findings> {
  await using stack = new AsyncDisposableStack();
  const context = { after: (work: () => unknown) => void stack.defer(async () => void (await work())) } as never;
  const start = async (runsAtOnce: number) => {
    const data = temporaryFolder();
    writeFileSync(join(data, "config.json"), JSON.stringify({ runsAtOnce }));
    return startServer(context, { data, env: { CLIPWORK_PACKS: "" } });
  };
  const [together, apart] = [await start(people), await start(1)];
  const single = Array.from({ length: people }, (_, i) => pictures("a red cube", i + 1, 1));
  const whole = [pictures("a red cube", 1, people)];
  for (const server of [together, apart]) await carryOut(server, single.slice(0, 2));
  const [atOnce, one, run]: number[][] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    atOnce!.push(await carryOut(together, single));
    run!.push(await carryOut(apart, whole));
    one!.push(await carryOut(apart, single));
  }
  const ratio = (a: readonly number[], b: readonly number[]) => spread(a.map((ms, i) => ms / b[i]!));
  const [dearer, faster] = [ratio(atOnce!, run!), ratio(one!, atOnce!)];
  const seconds = (all: readonly number[]) => show(spread(all.map((ms) => ms / 1000)), 2);
  return {
    head: [`${people} pictures of 64 pixels`, "s", "against the runs at once", "budget"],
    rows: [
      [`${people} runs at once`, seconds(atOnce!), "", ""],
      ["one run of so many seeds", seconds(run!), `${show(dearer, 2)} times as fast`, atMost(1.05, dearer.median)],
      [
        `${people} runs one after the other`,
        seconds(one!),
        `${show(faster, 2)} times as long`,
        atLeast(1.12, faster.median),
      ],
    ],
    notes: [],
  };
}
