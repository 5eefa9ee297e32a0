import { startFleet, type TestWorker } from "../server/fleet.fixture.ts";
import { nodePackIn, oneNode } from "../server/node-pack.fixture.ts";
import type { TestServer } from "../server/server.fixture.ts";
import { atLeast, type Findings } from "./findings.ts";
import { temporaryFolder } from "./places.ts";
import { show, spread, timed } from "./statistics.ts";

/** How long a stage sleeps in place of a model, in milliseconds. */
const sleepMs = 1000;
/** Runs of a round: so many for each worker are hardly uneven. */
const runs = 32;
const rounds = 3;
const workers = 4;

/** Has the server run it once, and waits for the end as a viewer does. */
async function runOnce(server: TestServer, document: object): Promise<void> {
  const body = { document, targets: ["node"], fresh: true };
  const { id } = await server.json("POST", "/runs", body);
  const end = (await server.watch(id)).at(-1)!;
  if (end.event !== "run.finished") throw new Error(JSON.stringify(end));
}

/** Several machines on this one: four workers against one where a stage only sleeps. */
export async function measure(): Promise<Findings> {
  await using stack = new AsyncDisposableStack();
  const context = { after: (work: () => unknown) => void stack.defer(async () => void (await work())) } as never;
  const folder = temporaryFolder();
  const sleep = `run: () => new Promise((resolve) => setTimeout(() => resolve({ text: "slept" }), ${sleepMs}))`;
  // Servers and workers load it from there.
  process.env.CLIPWORK_NODES = nodePackIn(folder, "sleeping", sleep);
  const fleet = await startFleet(context);
  const server = await fleet.server();
  const all: TestWorker[] = [await fleet.worker()];
  const round = () =>
    timed(() => Promise.all(Array.from({ length: runs }, () => runOnce(server, oneNode("sleeping")))));
  const [one, four]: number[][] = [[], []];
  for (let i = 0; i < rounds; i++) one!.push(await round());
  while (all.length < workers) all.push(await fleet.worker());
  for (let i = 0; i < rounds; i++) four!.push(await round());
  const faster = spread(one!).median / spread(four!).median;
  const perMinute = (times: readonly number[]) => show(spread(times.map((ms) => (runs * 60_000) / ms)), 0);
  return {
    head: ["several machines", "measured", "budget"],
    rows: [
      [`runs a minute of ${sleepMs / 1000} s, one worker`, perMinute(one!), ""],
      [`the same, ${workers} workers`, `${perMinute(four!)}, ${faster.toFixed(2)} times`, atLeast(3.8, faster)],
    ],
    notes: [],
  };
}
