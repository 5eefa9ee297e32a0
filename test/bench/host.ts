import { hash } from "node:crypto";
import { memoryCache, type NodeJson, type OutputRef, run, type WorkflowJson } from "@clipwork/engine";
import { validateJson } from "@clipwork/engine/testing";
import { type DeviceRun, deviceQueue, loadPack, readArrays } from "@clipwork/models";
import { createOnnxRunner } from "@clipwork/models/onnx";
import { catalogue } from "@clipwork/nodes";
import { buildEnvironment } from "../../server/src/documents/environment.ts";
import { toybox } from "./places.ts";

/** What a run gave, its time in milliseconds, and the runs of the device that it took. */
export type HostRun = {
  readonly ms: number;
  readonly outputs: readonly OutputRef[];
  readonly cache: ReturnType<typeof memoryCache>;
  readonly deviceRuns: readonly DeviceRun[];
};

/** A workflow's nodes as JSON, to be changed by a measurement. */
export type Nodes = { readonly [id: string]: NodeJson };

/**
 * Engine, nodes and models as the worker has them, but in this process, where the runs of the device can be counted. `files` are what
 * file parameters name.
 */
export async function openHost(files: { readonly [name: string]: Uint8Array } = {}) {
  const packs = new Map([["toybox", await loadPack(toybox)]]);
  const onnx = createOnnxRunner({ packs });
  let deviceRuns: DeviceRun[] = [];
  const models = deviceQueue(onnx, { onRun: (one) => deviceRuns.push(one) });
  const digests = Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, { path: name, digest: hash("sha256", bytes) }]),
  );
  const environment = buildEnvironment({ catalogue, packs, files: digests, numerics: onnx.numerics });
  const file = async (name: string) => files[name]!;
  const arrays = (name: string, one: string) => readArrays(packs.get(name)!, one);
  const services = { models, pack: (name: string) => packs.get(name)!, arrays, file, folder: () => [] };

  /** Runs what the targets need, taking from the cache what it holds. */
  async function runNodes(nodes: Nodes, targets: readonly string[], cache = memoryCache()): Promise<HostRun> {
    const workflow: WorkflowJson = { format: "clipwork/1", nodes };
    const { plan, problems } = validateJson(workflow, environment, { targets });
    if (!plan) throw new Error(problems.map(({ message }) => message).join("\n"));
    deviceRuns = [];
    const start = performance.now();
    const clock = () => performance.now();
    const { status, outputs } = await run(plan, { runId: "bench", cache, services, clock, emit: () => {} });
    if (status !== "finished") throw new Error(`the run has ${status}`);
    return { ms: performance.now() - start, outputs, cache, deviceRuns };
  }

  return { models, onnx, packs, runNodes, close: () => models.close() };
}
