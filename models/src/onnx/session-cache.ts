import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { PackError } from "../fields/pack-error.ts";
import { deviceTrouble, orCpu } from "./device-trouble.ts";
import type { PortInfo, SessionInfo, StagePath, ThreadOptions } from "./protocol.ts";
import type { Provider } from "./provider.ts";

export type LoadedSession = { readonly info: SessionInfo; readonly session: InferenceSession };

/**
 * The sessions of one thread, by place and content of their ONNX file. When their files together pass `sessionBytes`, those used
 * longest ago are released; the one in use always stays. A session that is dropped without release leaks.
 */
export class SessionCache {
  readonly #options: ThreadOptions;
  /** In the order of last use. */
  readonly #sessions = new Map<string, LoadedSession>();

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  get infos(): SessionInfo[] {
    return [...this.#sessions.values()].map(({ info }) => info);
  }

  async get(at: StagePath): Promise<LoadedSession> {
    const key = `${at.path} ${at.content}`;
    const loaded = this.#sessions.get(key) ?? (await this.#load(at));
    this.#sessions.delete(key);
    this.#sessions.set(key, loaded);
    return loaded;
  }

  async #load(at: StagePath): Promise<LoadedSession> {
    const files = [at.path, ...at.data.map((file) => join(dirname(at.path), file))];
    try {
      const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      await this.#makeRoom(bytes);
      const session = await InferenceSession.create(at.path, sessionOptions(this.#options));
      const { pack, stage } = at;
      const info = { pack, stage, bytes, inputs: ports(session.inputMetadata), outputs: ports(session.outputMetadata) };
      return { info, session };
    } catch (error) {
      throw loadError(at, this.#options.provider, (error as Error).message);
    }
  }

  async #makeRoom(bytes: number): Promise<void> {
    let total = bytes;
    for (const { info } of this.#sessions.values()) total += info.bytes;
    for (const [key, { info, session }] of this.#sessions) {
      if (total <= this.#options.sessionBytes) return;
      this.#sessions.delete(key);
      await session.release();
      total -= info.bytes;
    }
  }

  async releaseAll(): Promise<void> {
    for (const { session } of this.#sessions.values()) await session.release();
    this.#sessions.clear();
  }
}

function loadError({ pack, stage }: StagePath, provider: Provider, message: string): PackError {
  const trouble = deviceTrouble(provider, message);
  const what = `The stage "${stage}" of pack "${pack}" cannot be loaded: `;
  if (trouble) return new PackError(`${what}${trouble.reason}.`, trouble.remedy);
  const remedy = `Check that there is memory enough; download or export the pack again${orCpu(provider)}.`;
  return new PackError(what + message.trim(), remedy);
}

function sessionOptions({ provider, threads }: ThreadOptions): InferenceSession.SessionOptions {
  return {
    // Operators that it lacks run on the CPU; it throws where it is not there at all.
    executionProviders: [provider],
    intraOpNumThreads: threads,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    // Idle threads that spin would take the cores from the rest of the process.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  };
}

function ports(metadata: readonly InferenceSession.ValueMetadata[]): PortInfo[] {
  return metadata.map((port) => ({
    name: port.name,
    type: port.isTensor ? port.type : "no tensor",
    shape: port.isTensor ? port.shape : [],
  }));
}
