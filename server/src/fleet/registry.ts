import { randomUUID } from "node:crypto";
import type { Connection } from "../redis/connection.ts";

/** A worker of a fleet, as it describes itself. */
export type WorkerState = {
  readonly id: string;
  /** The machine's name. */
  readonly name: string;
  readonly pid: number;
  readonly version: string;
  readonly provider: string;
  /** Bytes of memory of its machine. */
  readonly memory: number;
  /** The model packs that it has. */
  readonly packs: readonly string[];
  /** What it does: a draining one takes no more runs. */
  readonly state: "idle" | "busy" | "draining";
  /** The run that it is busy with. */
  readonly run?: string;
  /** When it began, in milliseconds since 1970. */
  readonly since: number;
};

/** A worker that has said nothing for so many milliseconds is no longer listed; it says something several times in that. */
const lifeMs = 15_000;

/** The workers of a fleet: each says of itself what it has and what it does. */
export class Registry {
  readonly #connection: Connection;
  readonly #all: string;
  readonly #keyOf: (id: string) => string;
  readonly #onFault: (error: unknown) => void;

  constructor(
    connection: Connection,
    { prefix = "clipwork:", onFault }: { prefix?: string; onFault: (error: unknown) => void },
  ) {
    this.#connection = connection;
    this.#all = `${prefix}workers`;
    this.#keyOf = (id) => `${prefix}worker:${id}`;
    this.#onFault = onFault;
  }

  /** Lists a worker as `state` describes it from now on. Resolves to what ends that. */
  async join(state: () => Omit<WorkerState, "id">): Promise<{ tell(): void; leave(): Promise<void> }> {
    const id = randomUUID();
    const key = this.#keyOf(id);
    let isThere = true;
    const say = async () => {
      if (!isThere) return;
      await this.#connection.send(["SET", key, JSON.stringify({ id, ...state() }), "PX", String(lifeMs)]);
      await this.#connection.send(["SADD", this.#all, id]);
    };
    await say();
    const tell = () => void say().catch((error) => isThere && this.#onFault(error));
    const timer = setInterval(tell, lifeMs / 4).unref();
    return {
      tell,
      leave: async () => {
        isThere = false;
        clearInterval(timer);
        await this.#connection.send(["DEL", key]);
      },
    };
  }

  /** Those that are there, by name. */
  async list(): Promise<readonly WorkerState[]> {
    const ids = (await this.#connection.send(["SMEMBERS", this.#all])) as readonly string[];
    if (ids.length === 0) return [];
    const all = (await this.#connection.send(["MGET", ...ids.map((id) => this.#keyOf(id))])) as readonly (
      | string
      | null
    )[];
    const gone = ids.filter((_, i) => all[i] === null);
    if (gone.length > 0) await this.#connection.send(["SREM", this.#all, ...gone]);
    const there = all.flatMap((json): WorkerState[] => (json === null ? [] : [JSON.parse(json)]));
    return there.sort((a, b) => (a.name + a.id < b.name + b.id ? -1 : 1));
  }
}
