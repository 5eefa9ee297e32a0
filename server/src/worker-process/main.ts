// The process that runs models: engine and nodes on this thread, ONNX on one of its own. Started by `startWorker`.
import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { bindPlan, NodeError, type PlanData, type Problem, type RunContext } from "@clipwork/engine";
import { type DeviceRun, deviceQueue, type ModelRunner, type Pack, readArrays } from "@clipwork/models";
import { createOnnxRunner } from "@clipwork/models/onnx";
import { type NodeServices, packFacts } from "@clipwork/nodes";
import { versions } from "../data-folder/versions.ts";
import { sha256 } from "../documents/environment.ts";
import { loadNodeLibrary } from "../installed/node-library.ts";
import type { CheckedRun, LocalFile, WorkerSetup } from "../worker/worker-protocol.ts";
import { CheckedPacks } from "./checked-packs.ts";
import { reportingModels } from "./loading.ts";
import { PacksInUse } from "./packs-in-use.ts";
import { ownerOf, type WorkSource } from "./report-work.ts";
import { serveRuns, type WorkerParts } from "./serve.ts";

const checkedPacks = new CheckedPacks();
const inUse = new PacksInUse();
const { device, nodePacks, nodeSeconds, keepBytes } = JSON.parse(process.argv[2]!) as WorkerSetup;
const onnx = createOnnxRunner({ packs: inUse.packs, hashes: checkedPacks.hashes, device });
/** Who hears of model runs. */
const listeners = new Set<(run: DeviceRun) => void>();
const onRun = (run: DeviceRun) => {
  for (const hear of listeners) hear(run);
};
const models: ModelRunner = deviceQueue(onnx, { sharing: "probed", onRun });
const work: WorkSource = {
  listen(hear) {
    listeners.add(hear);
    return () => void listeners.delete(hear);
  },
  loaded: () => onnx.held(),
};

/** A plan that is run again is bound once: node types stay as they are while the process lives. */
const bindings = new WeakMap<PlanData, ReturnType<typeof bindPlan<NodeServices>>>();

/** Loads now; the first run waits for it. The host has reported the node packs that are refused here. */
const library = loadNodeLibrary(nodePacks);

async function prepare({ plan: data, packs: ordered, files }: CheckedRun, run: string, signal: AbortSignal) {
  const { catalogue } = await library;
  const problems: Problem[] = [];
  const packs = new Map<string, Pack>();
  for (const [name, one] of Object.entries(ordered)) {
    const opened = await checkedPacks.open(name, one);
    if ("code" in opened) problems.push(opened);
    else packs.set(name, opened);
  }
  const bound = bindings.get(data) ?? bindPlan(data, catalogue, sha256);
  bindings.set(data, bound);
  problems.push(...bound.problems);
  if (data.numerics !== onnx.numerics)
    throw new Error(`the run was checked for ${data.numerics}, but the models run on ${onnx.numerics}`);
  if (!bound.plan || problems.length > 0) return { problems };
  const stages = [...packs].flatMap(([name, pack]) => {
    const { stages, arrays = {} } = packFacts(pack);
    return [
      ...Object.entries(stages).map(([stage, digest]) => [`${name}/${stage}`, digest] as const),
      ...Object.entries(arrays).map(([one, digest]) => [`${name}/arrays/${one}`, digest] as const),
    ];
  });
  return {
    plan: bound.plan,
    work,
    release: await inUse.take(packs, signal),
    servicesOf: (context: RunContext, node: string) => ({
      models: reportingModels(models, context, { owner: ownerOf(run, node), party: run }),
    }),
    services: {
      models,
      pack: (name: string) => packs.get(name)!,
      arrays: (name: string, arrays: string) => readArrays(packs.get(name)!, arrays),
      file: (name: string) => readLocal(files[name]!),
      folder: (name: string) =>
        (files[name]!.entries ?? []).map((entry) => ({ name: entry.name, read: () => readLocal(entry) })),
    },
    provenance: { numerics: onnx.numerics, stages: Object.fromEntries(stages), versions: versions() },
  } satisfies WorkerParts<NodeServices>;
}

/** Reads a user's file, and checks that it is still what the fingerprint says. */
async function readLocal({ path, digest }: Pick<LocalFile, "path" | "digest">): Promise<Uint8Array> {
  const bytes = await readFile(path);
  if (hash("sha256", bytes) === digest) return bytes;
  throw new NodeError(`The file ${path} changed while the workflow ran.`, "Run it again.");
}

serveRuns(prepare, nodeSeconds, keepBytes);
