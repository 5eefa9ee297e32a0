import { join } from "node:path";
import type { RunEvent } from "@clipwork/engine";
import { cpuDevice } from "@clipwork/models/onnx";
import { openDataFolder, valuesFolder } from "../../server/src/data-folder/data-folder.ts";
import { prepareRun, writeChecked } from "../../server/src/documents/prepare-run.ts";
import { loadNodeLibrary } from "../../server/src/installed/node-library.ts";
import type { Setup } from "../../server/src/installed/setup.ts";
import { OutputPlacer } from "../../server/src/outputs/place-outputs.ts";
import { startWorker } from "../../server/src/worker/worker.ts";
import type { Shown } from "../../server/src/worker/worker-protocol.ts";
import { root, temporaryFolder, workflowFile } from "./places.ts";

/** One run in milliseconds, in the parts that the command line has. */
export type TimedRun = {
  /** Reading and checking the workflow and its packs. */
  readonly prepare: number;
  /** From the order to the worker's last word, the outputs made. */
  readonly run: number;
  /** Writing those files that are not yet written. */
  readonly publish: number;
  /** What each node that ran took, by id; a node of several items counts from its first start to its last end. */
  readonly nodes: ReadonlyMap<string, number>;
  readonly executed: number;
};

export type WarmWorker = {
  run(workflow: string, settings?: { readonly [name: string]: string }): Promise<TimedRun>;
  readonly pid: number | undefined;
  close(): Promise<void>;
};

/**
 * A worker process that stays, as the command line starts it for one run: models are loaded by the first run that needs
 * them. Its store is new and empty, on disk.
 */
export async function warmWorker(): Promise<WarmWorker> {
  const data = temporaryFolder();
  const values = valuesFolder(data);
  await openDataFolder(data);
  const nodes = await loadNodeLibrary([]);
  const setup: Setup = { packRoots: [join(root, "packs")], device: cpuDevice(), nodes, nodePacks: [] };
  const worker = startWorker(setup);

  async function run(workflow: string, settings = {}): Promise<TimedRun> {
    const start = performance.now();
    const path = workflowFile(workflow);
    const { prepared, problems } = await prepareRun({ path, settings, setup });
    if (!prepared) throw new Error(problems.map(({ message }) => message).join("\n"));
    const ready = performance.now();
    const nodes = new NodeTimes();
    const order = { checked: writeChecked(prepared), values, fresh: false, outputs: { bare: false } };
    const placer = new OutputPlacer(prepared.plan, join(data, "out"));
    const result = await worker.run(order, (event) => nodes.hear(event), {
      onOutput: (output) => placer.add(output),
    });
    if (!("end" in result) || result.end.event !== "run.finished") throw new Error(`${workflow} did not finish`);
    const done = performance.now();
    const { end } = result;
    await placer.finish();
    const published = performance.now() - done;
    return {
      prepare: ready - start,
      run: done - ready,
      publish: published,
      nodes: nodes.all(),
      executed: end.executed,
    };
  }

  return {
    run,
    get pid() {
      return worker.pid;
    },
    close: () => worker.close(),
  };
}

/** Times of nodes from a run's events. */
class NodeTimes {
  readonly #spans = new Map<string, { start: number; end: number }>();

  hear(event: RunEvent | Shown): void {
    if (event.event === "node.started" && !this.#spans.has(event.node))
      this.#spans.set(event.node, { start: event.time, end: event.time });
    if (event.event === "node.finished") this.#spans.get(event.node)!.end = event.time;
  }

  all(): Map<string, number> {
    return new Map([...this.#spans].map(([node, { start, end }]) => [node, end - start]));
  }
}
