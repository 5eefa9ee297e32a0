import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Argument, type Connection, scriptOf } from "../../redis/connection.ts";

const parts = ["records", "line", "placement", "commands"].map((name) =>
  readFileSync(join(import.meta.dirname, "lua", `${name}.lua`), "utf8"),
);
const script = scriptOf(parts.join("\n"));

/** What comes with the run that is leased: what was checked, unless that was forgotten, and the JSON of what lists show of it. */
type Leased = { readonly order?: Uint8Array | undefined; readonly fields?: string };

/** What has happened in a queue, for watchers of all processes. An empty list may be an empty object. */
export type News = {
  readonly origin: string;
  /** Run, number, size, and the JSON unless the one who is told has reported it. */
  readonly events?: readonly (readonly [run: string, seq: number, size: number, json?: string])[];
  readonly changed?: readonly string[];
  readonly places?: readonly string[];
  readonly stopping?: readonly string[];
  readonly gone?: readonly string[];
  readonly waiting?: true;
  readonly paused?: boolean;
};

/** What a command answers: what it has of these depends on the command. */
export type Answer = Leased & {
  readonly news: News;
  readonly lost?: true;
  readonly twice?: true;
  readonly done?: boolean;
  readonly count?: number;
  /** There are more to be cancelled, up to that number. */
  readonly upTo?: number;
  readonly run?: string;
  readonly attempts?: number;
  readonly numbers?: readonly number[];
  readonly runs?: readonly string[];
  readonly position?: number | false;
  /** There may be a run to lease in so many milliseconds. */
  readonly again?: number;
  /** Redis does not know any more what the worker has. */
  readonly forgotten?: true;
  /** Runs for which there has been no worker for too long, and what each lacks. */
  readonly expired?: readonly (readonly [run: string, lack: string])[];
};

/**
 * The commands of a queue in Redis, which are Lua: each happens whole or not at all, and once however often it is sent. One after the
 * other, so that the calls of a process take effect in their order whatever the line does; they are numbered, so that of each process
 * Redis keeps the newest answer alone, and leaves out what comes late on a line that was given up.
 */
export class Scripts {
  readonly #connection: Connection;
  readonly #prefix: string;
  readonly #process: string;
  #calls = 0;
  #before: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, prefix: string, process: string) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#process = process;
  }

  /** Changes something. */
  change(command: string, ...args: readonly Argument[]): Promise<Answer> {
    const call = String(++this.#calls);
    const work = this.#before.then(() => this.#run([command, call, this.#process, ...args]));
    this.#before = work.catch(() => {});
    return work;
  }

  /** Reads something, with all that was changed before. */
  async read(command: string, ...args: readonly Argument[]): Promise<Answer> {
    await this.#before;
    return this.#run([command, "", this.#process, ...args]);
  }

  /** Resolves when all that was changed until now is. */
  async settled(): Promise<void> {
    await this.#before;
  }

  async #run(args: readonly Argument[]): Promise<Answer> {
    const [json, order, fields] = await this.#connection.evaluateForBytes(script, this.#prefix, args);
    const answer = JSON.parse(json!.toString());
    return fields ? { ...answer, order: order ? new Uint8Array(order) : undefined, fields: fields.toString() } : answer;
  }
}

/** Lua writes an empty list as an empty object. */
export const listOf = <T>(list: readonly T[] | undefined): readonly T[] => (Array.isArray(list) ? list : []);
