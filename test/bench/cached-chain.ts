import { memoryCache, type NodeJson, run, type WorkflowJson } from "@clipwork/engine";
import { validateJson } from "@clipwork/engine/testing";
import { catalogue, type NodeServices } from "@clipwork/nodes";
import { buildEnvironment } from "../../server/src/documents/environment.ts";
import { diskStore } from "../../server/src/values/disk-store.ts";
import { layeredCache } from "../../server/src/values/layered-cache.ts";
import { startServer, submit } from "../server/server.fixture.ts";
import { atMost, type Findings } from "./findings.ts";
import { temporaryFolder } from "./places.ts";
import { pairs, show, timed } from "./statistics.ts";

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

/** A long chain whose values are all kept: through the server, from the submit to the run's end at a viewer, and in the engine alone. */
export async function measure(sizes: readonly number[] = [4_000, 8_000, 16_000]): Promise<Findings> {
  const cleanups: (() => unknown)[] = [];
  const context = { after: (work: unknown) => void cleanups.push(work as () => unknown) };
  const server = await startServer(context, { data: temporaryFolder() });
  try {
    const rows: string[][] = [];
    for (const size of sizes) {
      const workflow = chain(size);
      const alone = engineAlone(workflow);
      const throughServer = async () => {
        const { id } = await submit(server, workflow);
        const end = (await server.watch(id)).at(-1)!;
        if (end.event !== "run.finished") throw new Error(`the run has ended with ${JSON.stringify(end)}`);
      };
      for (const once of [alone, throughServer]) for (let i = 0; i < 2; i++) await once();
      const { one, other, ratio } = await pairs(
        rounds,
        () => timed(throughServer),
        () => timed(alone),
      );
      const last = size === sizes.at(-1) ? atMost(budget, ratio.median) : "";
      rows.push([size.toLocaleString("en"), show(one, 0), show(other, 0), show(ratio, 2), last]);
    }
    return { head: ["nodes", "server, ms", "engine alone, ms", "server / engine", "budget"], rows, notes: [] };
  } finally {
    for (const clean of cleanups) clean();
  }
}
