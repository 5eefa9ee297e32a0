// The process that runs models: engine and nodes on this thread, ONNX on one of its own. Started by `startWorker`.
import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { NodeError, type Unusable } from "@clipwork/engine";
import { deviceQueue, loadPack, type ModelRunner, type Pack, PackError, stageDigests } from "@clipwork/models";
import { createOnnxRunner } from "@clipwork/models/onnx";
import type { NodeServices } from "@clipwork/nodes";
import { versions } from "../data-folder/versions.ts";
import { buildEnvironment } from "../documents/environment.ts";
import { loadNodeLibrary } from "../installed/node-library.ts";
import { isUnusable } from "../installed/pack-library.ts";
import type { LocalFile, RunOrder, WorkerSetup } from "../worker/worker-protocol.ts";
import { serveRuns, type WorkerParts } from "./serve.ts";

/** Checked packs by folder: a second run on the same packs need not read them again. */
const checked = new Map<string, Pack>();
/** Packs by name, as the run in progress means them. */
const packs = new Map<string, Pack>();
const { device, nodePacks, nodeSeconds } = JSON.parse(process.argv[2]!) as WorkerSetup;
const onnx = createOnnxRunner({ packs, device });
const models: ModelRunner = deviceQueue(onnx, { sharing: "probed" });

/** Begins now; the first run waits for it. What is refused here was refused and told by the host. */
const library = loadNodeLibrary(nodePacks);

async function prepare(order: RunOrder) {
  const { catalogue } = await library;
  const found = new Map<string, Pack | Unusable>();
  for (const [name, folder] of Object.entries(order.packs)) found.set(name, await openPack(folder));
  packs.clear();
  for (const [name, pack] of found) if (!isUnusable(pack)) packs.set(name, pack);
  const stages = [...packs].flatMap(([name, pack]) =>
    Object.entries(stageDigests(pack)).map(([stage, digest]) => [`${name}/${stage}`, digest] as const),
  );
  return {
    environment: buildEnvironment({ catalogue, packs: found, files: order.files, numerics: onnx.numerics }),
    services: { models, pack: (name: string) => packs.get(name)!, file: fileReader(order.files) },
    provenance: { numerics: onnx.numerics, stages: Object.fromEntries(stages), versions: versions() },
  } satisfies WorkerParts<NodeServices>;
}

async function openPack(folder: string): Promise<Pack | Unusable> {
  try {
    const pack = checked.get(folder) ?? (await loadPack(folder));
    checked.set(folder, pack);
    return pack;
  } catch (error) {
    if (error instanceof PackError) return { message: error.message, remedy: error.remedy };
    throw error;
  }
}

/** Reads a file parameter's content, and proves that it is still what the fingerprint says. */
function fileReader(files: { readonly [name: string]: LocalFile }) {
  return async (name: string): Promise<Uint8Array> => {
    const { path, digest } = files[name]!;
    const bytes = await readFile(path);
    if (hash("sha256", bytes) === digest) return bytes;
    throw new NodeError(`The file ${path} changed while the workflow ran.`, "Run it again.");
  };
}

serveRuns(prepare, nodeSeconds);
