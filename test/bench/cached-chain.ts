import { existsSync } from "node:fs";
import { memoryCache, type NodeJson, run, type WorkflowJson } from "@clipwork/engine";
import { validateJson } from "@clipwork/engine/testing";
import { catalogue, type NodeServices } from "@clipwork/nodes";
import { buildEnvironment } from "../../server/src/documents/environment.ts";
import { diskStore } from "../../server/src/values/disk-store.ts";
import { layeredCache } from "../../server/src/values/layered-cache.ts";
import { childrenOf } from "../cli/clipwork.fixture.ts";
import { startServer, submit, type TestServer } from "../server/server.fixture.ts";
import { atMost, type Findings } from "./findings.ts";
import { processorMs } from "./machine.ts";
import { temporaryFolder } from "./places.ts";
import { pairs, show, spread, timed } from "./statistics.ts";

const rounds = 7;
const budget = 1.5;

/** A chain of captions, each taken from the one before; an output at its end. */
function chain(size: number): WorkflowJson {
  const nodes: Record<string, NodeJson> = { n0: { type: "text.prompt", version: 1, params: { text: "a red cube" } } };
  for (let i = 1; i < size; i++)
    nodes[`n${i}`] = { type: "text.prompt", version: 1, inputs: { text: `n${i - 1}.text` } };
  const save: NodeJson = { type: "output.text", version: 1, inputs: { text: `n${size - 1}.text` } };
  return { format: "clipwork/1", nodes: { ...nodes, save } };
}

/** The engine alone, from the parsed document to its outputs, on values kept on disk and in memory as a worker keeps them. */
function engineAlone(workflow: WorkflowJson): () => Promise<void> {
  const environment = buildEnvironment({ catalogue, packs: new Map(), files: {}, numerics: "none" });
  const cache = layeredCache(memoryCache(), diskStore(temporaryFolder()));
  // No node of the chain asks for a service.
  const absent = {} as NodeServices;
  return async () => {
    const { plan } = validateJson(workflow, environment);
    const clock = () => performance.now();
    const { status } = await run(plan!, { runId: "bench", cache, services: absent, clock, emit: () => {} });
    if (status !== "finished") throw new Error(`the run has ${status}`);
  };
}

/** Who spends what processor time on a run: without the company that the machine has meanwhile. */
async function processorTimes(
  server: TestServer,
  runs: { readonly [who: string]: () => Promise<void> },
): Promise<string> {
  if (!existsSync("/proc/self/task")) return "";
  const { pid } = server.process;
  const clock = (who: number) => processorMs(who) / rounds;
  const sentences: string[] = [];
  for (const [what, run] of Object.entries(runs)) {
    const processes = { server: pid!, worker: childrenOf(pid!)[0]!, "this process": process.pid };
    const before = Object.values(processes).map(clock);
    for (let round = 0; round < rounds; round++) await run();
    const spent = Object.values(processes).map((who, i) => clock(who) - before[i]!);
    const parts = Object.keys(processes).map((who, i) => `${spent[i]!.toFixed(0)} ms ${who}`);
    sentences.push(`${what}: ${parts.join(", ")}.`);
  }
  return sentences.join(" ");
}

/** A long chain whose values are all kept: through the server, from the submit to the run's end at a viewer, and in the engine alone. */
export async function measure(sizes: readonly number[] = [4_000, 8_000, 16_000]): Promise<Findings> {
  const cleanups: (() => unknown)[] = [];
  const context = { after: (work: unknown) => void cleanups.push(work as () => unknown) };
  const server = await startServer(context, { data: temporaryFolder() });
  try {
    const rows: string[][] = [];
    const notes: string[] = [];
    let titles = 0;
    for (const size of sizes) {
      const workflow = chain(size);
      const alone = engineAlone(workflow);
      const throughServer = async (document = workflow) => {
        const { id } = await submit(server, document);
        const end = (await server.watch(id)).at(-1)!;
        if (end.event !== "run.finished") throw new Error(`the run has ended with ${JSON.stringify(end)}`);
      };
      // Its values are kept, but the server has not read the document.
      const unseen = () => throughServer({ ...workflow, meta: { title: `Chain ${++titles}` } });
      for (const once of [alone, () => throughServer(), unseen]) for (let i = 0; i < 2; i++) await once();
      const { one, other, ratio } = await pairs(
        rounds,
        () => timed(() => throughServer()),
        () => timed(alone),
      );
      const last = size === sizes.at(-1) ? atMost(budget, ratio.median) : "";
      const news: number[] = [];
      for (let round = 0; round < rounds; round++) news.push(await timed(unseen));
      rows.push([
        ...[size.toLocaleString("en"), show(one, 0), show(other, 0), show(ratio, 2), last],
        show(spread(news), 0),
      ]);
      if (!last) continue;
      const times = await processorTimes(server, {
        "The engine alone": alone,
        "Through the server": () => throughServer(),
        "A document that it has not seen": unseen,
      });
      if (times) notes.push(`Processor time of a run of ${size.toLocaleString("en")} nodes. ${times}`);
    }
    const head = ["nodes", "server, ms", "engine alone, ms", "server / engine", "budget", "unseen document, ms"];
    return { head, rows, notes };
  } finally {
    for (const clean of cleanups) clean();
  }
}
