import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { PackError } from "../fields/pack-error.ts";
import { FileHashes } from "../pack/file-hashes.ts";
import type { Watch } from "../runner/runner.ts";
import { deviceTrouble, orCpu } from "./device-trouble.ts";
import { freeMemory } from "./free-memory.ts";
import { memoryTrouble, usable } from "./memory-trouble.ts";
import { mapped } from "./numerics.ts";
import type { PortInfo, SessionInfo, StagePath, ThreadOptions } from "./protocol.ts";
import type { Provider } from "./provider.ts";
import { readAhead } from "./read-ahead.ts";
import { type SessionMemory, sessionMemory } from "./session-memory.ts";
import { readChecked, type Sealed, sealFiles } from "./stage-files.ts";

export type LoadedSession = { readonly info: SessionInfo; readonly session: InferenceSession };

/** Bytes whose loading takes more than a moment. */
const worthTelling = 1e8;

type Entry = LoadedSession & { readonly data: Sealed };

/**
 * The sessions of one thread, by place and content of their files. When they together take more memory than `sessionBytes`, or one more
 * does not fit into the memory that is free, the least recently used sessions are released; the one in use always stays. A session that is
 * dropped without release leaks.
 *
 * A session is made from the very bytes that have the manifest's hashes. The graph is read once, then hashed and loaded from
 * memory. External data may be larger than the memory, so the runtime maps it from the files. They are checked beforehand; when
 * they are mapped, before each use and after it, the system's description of them (place on the disk, size, times of change) is
 * compared with the one from the check. A write, replacement or rename of such a file is therefore noticed, and whatever was
 * computed meanwhile is refused. Not noticed are two changes within one step of the system's clock (some milliseconds), a folder
 * above the pack's that is replaced and put back while a session is made, and a file system or disk that lies.
 */
export class SessionCache {
  readonly #options: ThreadOptions;
  readonly #free: () => number;
  readonly #hashes = new FileHashes();
  /** In the order of last use. */
  readonly #sessions = new Map<string, Entry>();

  /** `free`: bytes of the machine's memory that can still be taken. */
  constructor(options: ThreadOptions, free: () => number = freeMemory) {
    this.#options = options;
    this.#free = free;
  }

  get infos(): SessionInfo[] {
    return [...this.#sessions.values()].map(({ info }) => info);
  }

  /**
   * The result of `work` for the stage's session. Throws PackError if the files are wrong, or changed meanwhile, and the signal's reason
   * if it is aborted before the runtime makes the session.
   */
  async use<T>(at: StagePath, work: (loaded: LoadedSession) => T | Promise<T>, watch: Watch = {}): Promise<T> {
    const entry = await this.#get(at, watch);
    const result = await work(entry);
    await checkUnchanged(entry.data);
    return result;
  }

  async #get(at: StagePath, watch: Watch): Promise<Entry> {
    const content = [at.graph, ...at.data].map(({ sha256 }) => sha256).join(" ");
    const key = `${at.graph.path} ${content}`;
    let entry = this.#sessions.get(key);
    this.#sessions.delete(key);
    if (entry && (await entry.data.changed()) !== undefined) {
      await entry.session.release();
      entry = undefined;
    }
    entry ??= await this.#load(at, watch);
    this.#sessions.set(key, entry);
    return entry;
  }

  async #load(at: StagePath, { signal, onLoad }: Watch): Promise<Entry> {
    try {
      const sizes = await Promise.all(at.data.map(async ({ path }) => (await stat(path)).size));
      const graph = await readChecked(at.graph);
      const external = sizes.reduce((sum, size) => sum + size, 0);
      const memory = sessionMemory(graph, { provider: this.#options.provider, data: external });
      await this.#makeRoom(at, memory);
      const data = await sealFiles(at.data, this.#hashes);
      const loading = { stage: at.stage, bytes: memory.own + memory.mapped };
      const tell = loading.bytes >= worthTelling ? onLoad : undefined;
      if (external >= worthTelling && loading.bytes <= usable * this.#free())
        await readAhead(
          at.data.map(({ path }) => path),
          { onRead: (read) => tell?.({ ...loading, bytes: external, read }), signal },
        );
      signal?.throwIfAborted();
      tell?.(loading);
      const folder = at.data.length > 0 ? dirname(at.graph.path) : undefined;
      const session = await InferenceSession.create(graph, sessionOptions(this.#options, folder));
      try {
        await checkUnchanged(data);
      } catch (error) {
        await session.release();
        throw error;
      }
      const { pack, stage } = at;
      const info = {
        ...{ pack, stage, bytes: memory.own, mapped: memory.mapped },
        inputs: ports(session.inputMetadata),
        outputs: ports(session.outputMetadata),
      };
      return { info, session, data };
    } catch (error) {
      if (error instanceof PackError || (signal?.aborted && error === signal.reason)) throw error;
      throw loadError(at, this.#options.provider, error as NodeJS.ErrnoException);
    }
  }

  /** Releases sessions until this one fits. Throws PackError if it needs more than is free without any other. */
  async #makeRoom(at: StagePath, memory: SessionMemory): Promise<void> {
    const { provider, sessionBytes } = this.#options;
    // How much a device has free is not known.
    const trouble = () => (provider === "cpu" ? memoryTrouble(at, memory, this.#free()) : undefined);
    let total = memory.own;
    for (const { info } of this.#sessions.values()) total += info.bytes;
    for (const [key, { info, session }] of this.#sessions) {
      if (total <= sessionBytes && !trouble()?.refused) return;
      this.#sessions.delete(key);
      await session.release();
      total -= info.bytes;
    }
    const left = trouble();
    if (left?.refused) throw new PackError(left.message, left.remedy);
  }

  async releaseAll(): Promise<void> {
    for (const { session } of this.#sessions.values()) await session.release();
    this.#sessions.clear();
  }
}

async function checkUnchanged(data: Sealed): Promise<void> {
  const path = await data.changed();
  if (path === undefined) return;
  const message = `${basename(path)} in ${dirname(path)} changed while it was in use.`;
  throw new PackError(message, "Run it again when nothing writes into the pack's folder.");
}

function loadError(
  { pack, stage }: StagePath,
  provider: Provider,
  { code, path, message }: NodeJS.ErrnoException,
): PackError {
  const what = `The stage "${stage}" of pack "${pack}" cannot be loaded: `;
  if (code === "ENOENT" && path !== undefined)
    return new PackError(
      `${what}${basename(path)} is no longer in ${dirname(path)}.`,
      "The pack was removed or moved since the run began. Put it back, or choose another, and run the workflow again.",
    );
  const trouble = deviceTrouble(provider, message);
  if (trouble) return new PackError(`${what}${trouble.reason}.`, trouble.remedy);
  const remedy = `Check that there is memory enough; download or export the pack again${orCpu(provider)}.`;
  return new PackError(what + message.trim(), remedy);
}

/** `folder` is where the external data is. */
function sessionOptions(
  { provider, threads }: ThreadOptions,
  folder: string | undefined,
): InferenceSession.SessionOptions {
  return {
    // Operators that a provider lacks run on the CPU; it throws if the provider is not there at all.
    executionProviders: [provider],
    intraOpNumThreads: threads,
    executionMode: "sequential",
    graphOptimizationLevel: folder === undefined ? "all" : mapped.level,
    logSeverityLevel: 3,
    // Idle threads that spin would take the cores from the rest of the process.
    extra: {
      session: {
        intra_op: { allow_spinning: "0" },
        ...(folder !== undefined && {
          model_external_initializers_file_folder_path: folder,
          disable_prepacking: mapped.prepacking ? "0" : "1",
        }),
      },
    },
  };
}

function ports(metadata: readonly InferenceSession.ValueMetadata[]): PortInfo[] {
  return metadata.map((port) => ({
    name: port.name,
    type: port.isTensor ? port.type : "no tensor",
    shape: port.isTensor ? port.shape : [],
  }));
}
