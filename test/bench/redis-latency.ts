import { startFleet } from "../server/fleet.fixture.ts";
import { startServer, submit, type TestServer } from "../server/server.fixture.ts";
import { atMost, type Findings } from "./findings.ts";
import { show, spread, timed } from "./statistics.ts";

const rounds = 60;
const warmUp = 5;
/** Milliseconds that the queue in Redis may add to a run of one node, at the median. */
const budget = 15;

/** Runs one node on a text that nobody had before. Returns milliseconds from asking to hearing of its end. */
function oneNode(server: TestServer, text: string): Promise<number> {
  const document = { format: "clipwork/1", nodes: { text: { type: "text.prompt", version: 1, params: { text } } } };
  return timed(async () => {
    const { id } = await submit(server, document, { targets: ["text"] });
    await server.watch(id);
  });
}

/** A run of one node by a server with a queue of its own, and by a server and a worker with Redis and a store, in turn. */
export async function measure(): Promise<Findings> {
  const ends: (() => unknown)[] = [];
  const context = { after: (end: () => unknown) => void ends.push(end) };
  try {
    const embedded = await startServer(context as never);
    const fleet = await startFleet(context as never);
    const shared = await fleet.server();
    await fleet.worker();
    const [own, redis]: [number[], number[]] = [[], []];
    for (let round = -warmUp; round < rounds; round++) {
      const pair = [
        async () => own.push(await oneNode(embedded, `round ${round}`)),
        async () => redis.push(await oneNode(shared, `round ${round}`)),
      ];
      for (const one of round % 2 === 0 ? pair : pair.reverse()) await one();
    }
    const [alone, together] = [own, redis].map((times) => spread(times.slice(warmUp)));
    const added = together!.median - alone!.median;
    return {
      head: ["queue", "ms, median (least to most)", "added at the median", "budget"],
      rows: [
        ["in the server", show(alone!, 1), "", ""],
        ["in Redis", show(together!, 1), `${added.toFixed(1)} ms`, atMost(budget, added)],
      ],
      notes: [
        `${rounds} runs each, in turn, after ${warmUp} that do not count. Server, worker, Redis and store are on this machine.`,
      ],
    };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
