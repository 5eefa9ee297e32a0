import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { PackError } from "../fields/pack-error.ts";
import { FileHashes } from "../pack/file-hashes.ts";
import type { Pack } from "../pack/pack.ts";
import { rowsOf } from "../runner/rows.ts";
import type { ModelRunner, Watch } from "../runner/runner.ts";
import type { HashedFile } from "../stages/files.ts";
import { ThreadClient } from "./client.ts";
import { cpuDevice } from "./numerics.ts";
import { formatName, type SessionInfo, type StagePath, type ThreadOptions } from "./protocol.ts";
import type { Device } from "./provider.ts";
import type { StageFile } from "./stage-files.ts";

export type OnnxRunnerOptions = {
  /** The packs that calls may name, such as a Map of packs from `loadPack`. They must have been checked. */
  readonly packs: { get(name: string): Pick<Pack, "folder" | "manifest"> | undefined };
  /** Hashes of their files, so that unchanged external data need not be read again. Default: none. */
  readonly hashes?: FileHashes;
  /** Threads within one operator. Default: what the system offers. */
  readonly threads?: number;
  /**
   * The least recently used sessions are released when all loaded models take more memory than this, not counting weights
   * that stay mapped, or when the next one would not fit into the memory that is free. Default: no other limit than what is free on the
   * CPU, and half of the memory on other providers, of whose memory nothing is known.
   */
  readonly sessionBytes?: number;
  /** What the models run on. It must have been probed; sessions on a device that does not work reject. Default: the CPU. */
  readonly device?: Device;
};

export type OnnxRunner = ModelRunner & {
  /** Provider, precision, runtime version and processor family: what a fingerprint must hold besides the stage. */
  readonly numerics: string;
  /** Loads a stage's session in advance. Rejects as a call would, and at once when the signal is aborted. */
  warm(pack: string, stage: string, watch?: Watch): Promise<SessionInfo>;
  /** Bytes of the sessions that are loaded, weights that stay mapped included, as of the last call. Asks nobody. */
  held(): number;
  /** The sessions that are loaded, least recently used first. */
  sessions(): Promise<readonly SessionInfo[]>;
};

/**
 * A runner on ONNX Runtime. One thread owns the sessions and does one call at a time, in the order of arrival (put
 * `deviceQueue` in front for lanes and packing); sessions are made on first use. Calls reject with PackError if the pack or
 * stage does not exist, a file does not match the manifest, the feeds do not fit the model, or the run fails.
 */
export function createOnnxRunner(options: OnnxRunnerOptions): OnnxRunner {
  const { packs, hashes = new FileHashes(), threads = availableParallelism() } = options;
  const { provider, numerics } = options.device ?? cpuDevice();
  const { sessionBytes = provider === "cpu" ? Infinity : totalmem() / 2 } = options;
  const workerData: ThreadOptions = { provider, threads, sessionBytes };
  const client = new ThreadClient(() => new Worker(new URL("./thread.ts", import.meta.url), { workerData }));

  function locate(pack: string, stage: string): StagePath {
    const found = packs.get(pack);
    if (!found)
      throw new PackError(`There is no pack "${pack}".`, "Install the pack, or choose another in the workflow.");
    const { folder, manifest } = found;
    const files = Object.hasOwn(manifest.stages, stage) ? manifest.stages[stage] : undefined;
    if (!files) {
      const remedy = `Choose a pack that has it; this one has ${Object.keys(manifest.stages).join(", ")}.`;
      throw new PackError(`The pack "${pack}" has no stage "${stage}".`, remedy);
    }
    const { externalData = [], inputs = {} } = files;
    const locateFile = ({ file, sha256 }: HashedFile): StageFile => {
      const path = join(folder, file);
      return { path, sha256, known: hashes.known(path) };
    };
    return { pack, stage, graph: locateFile(files), data: externalData.map(locateFile), inputs };
  }

  async function warm(pack: string, stage: string, watch?: Watch): Promise<SessionInfo> {
    const response = await client.send({ kind: "warm", at: locate(pack, stage) }, watch);
    if (response.kind !== "loaded") throw new TypeError(`the thread answered a warm-up with ${response.kind}`);
    return response.session;
  }

  /** What the graphs of a pack declare does not change as long as the pack is the same object. */
  const declared = new WeakMap<object, Map<string, readonly string[]>>();

  async function inputs(pack: string, stage: string, watch?: Watch): Promise<readonly string[]> {
    const found = packs.get(pack);
    const known = found && declared.get(found);
    const names = known?.get(stage);
    if (names) return names;
    const session = await warm(pack, stage, watch);
    const loaded = [...new Set(session.inputs.map(({ name }) => formatName(name, locate(pack, stage))))];
    if (found) declared.set(found, new Map([...(known ?? []), [stage, loaded]]));
    return loaded;
  }

  return {
    numerics,
    async run({ pack, stage, feeds, signal, onLoad }) {
      rowsOf(feeds);
      const response = await client.send({ kind: "run", at: locate(pack, stage), feeds }, { signal, onLoad });
      if (response.kind !== "outputs") throw new TypeError(`the thread answered a run with ${response.kind}`);
      return response.outputs;
    },
    inputs,
    warm,
    held: () => client.held,
    async sessions() {
      const response = await client.send({ kind: "sessions" });
      if (response.kind !== "sessions") throw new TypeError(`the thread answered with ${response.kind}`);
      return response.sessions;
    },
    close: () => client.close(),
  };
}
