import { hash, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { createClient, ErrorReply, RESP_TYPES } from "@redis/client";
import { withoutPassword } from "./without-password.ts";

export type Argument = string | Uint8Array;
type Reply = string | number | null | readonly Reply[];

/** A script in Lua, and the name by which a server that has it knows it. */
export type Script = { readonly text: string; readonly digest: string };

/** The script of that text. */
export function scriptOf(text: string): Script {
  return { text, digest: hash("sha1", text) };
}

/** A connection that breaks off is made anew after so many milliseconds, and a line that is silent for so many is broken. */
const [firstDelayMs, longestDelayMs] = [50, 2000];
const pingMs = 3000;
const silentMs = 10_000;
/** How often a server that never answered is tried. */
const firstTries = 4;

const asBytes = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };

/** The server of that address does not answer, or is none. */
export class NoRedis extends Error {
  constructor(address: string, cause: Error) {
    super(`The Redis server at ${withoutPassword(address)} cannot be used: ${cause.message || cause.name}.`, { cause });
  }
}

/** One connection to a Redis or Valkey server: for commands, and to hear what other processes say. It comes back by itself. */
export class Connection {
  readonly #client: ReturnType<typeof open>;
  readonly #onBack = new Set<() => void>();
  #isClosed = false;
  #limit: NodeJS.Timeout | undefined;

  private constructor(client: ReturnType<typeof open>) {
    this.#client = client;
  }

  /** Rejects with NoRedis. `onFault` hears of each time that the line breaks. */
  static async open(address: string, onFault: (error: unknown) => void): Promise<Connection> {
    let isKnown = false;
    let cause: Error | undefined;
    const client = open(address, (tries, error) => {
      cause = error;
      return isKnown || tries < firstTries ? Math.min(firstDelayMs * 2 ** tries, longestDelayMs) : error;
    });
    client.on("error", (error) => {
      cause = error;
      if (isKnown) onFault(error);
    });
    await client.connect().catch((error) => {
      throw new NoRedis(address, cause ?? error);
    });
    isKnown = true;
    const connection = new Connection(client);
    client.on("ready", () => {
      for (const hear of connection.#onBack) hear();
    });
    return connection;
  }

  /** Calls `hear` each time that the line is there again: what was said meanwhile was not heard. */
  onBack(hear: () => void): void {
    this.#onBack.add(hear);
  }

  async hear(channel: string, hear: (message: string) => void): Promise<void> {
    await this.#persist(() => this.#client.subscribe(channel, hear));
  }

  /** Hears that channel no more. */
  async leave(channel: string): Promise<void> {
    if (!this.#isClosed) await this.#persist(() => this.#client.unsubscribe(channel));
  }

  /**
   * Sends a command, as often as it takes: when the line breaks nobody knows whether it took effect, so whatever is sent may be sent
   * twice. Rejects with what the server says against it, unless that is that it is busy, and once the connection is closed.
   */
  async send(command: readonly Argument[]): Promise<Reply> {
    return this.#persist(() => this.#client.sendCommand<Reply>(command.map(written)));
  }

  /** The same for a command that is answered with bytes. */
  async sendForBytes(command: readonly Argument[]): Promise<readonly (Buffer | null)[]> {
    return this.#persist(() => this.#client.sendCommand<(Buffer | null)[]>(command.map(written), asBytes));
  }

  /** Runs a script, which the server keeps, on keys with that prefix. It may be run twice, as whatever is sent. */
  evaluate(script: Script, prefix: string, args: readonly Argument[]): Promise<Reply> {
    return evaluated((command) => this.send(command), script, prefix, args);
  }

  /** The same for a script that is answered with a list of bytes. */
  evaluateForBytes(script: Script, prefix: string, args: readonly Argument[]): Promise<readonly (Buffer | null)[]> {
    return evaluated((command) => this.sendForBytes(command), script, prefix, args);
  }

  /** Says something to whoever hears it now; if the line is broken, to nobody. */
  async publish(channel: string, message: string): Promise<void> {
    if (this.#client.isReady) await this.#client.publish(channel, message).catch(spoken);
  }

  /** Whatever is not answered in so many milliseconds from now is given up: then `send` rejects, and so does all that is sent later. */
  endWithin(ms: number): void {
    this.#limit ??= setTimeout(() => {
      this.#isClosed = true;
      this.#client.destroy();
    }, ms).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.#limit);
    // It was given up.
    if (this.#isClosed) return;
    this.#isClosed = true;
    // One that is not there has nothing left to say.
    if (this.#client.isReady) await this.#client.close();
    else this.#client.destroy();
  }

  async #persist<T>(send: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await send();
      } catch (error) {
        if ((error instanceof ErrorReply && !isBusy(error)) || this.#isClosed) throw error;
        await wait(firstDelayMs);
      }
    }
  }
}

async function evaluated<T>(
  send: (command: readonly Argument[]) => Promise<T>,
  { text, digest }: Script,
  prefix: string,
  args: readonly Argument[],
): Promise<T> {
  const call = ["1", prefix, ...args];
  try {
    return await send(["EVALSHA", digest, ...call]);
  } catch (error) {
    if (!(error instanceof ErrorReply && error.message.startsWith("NOSCRIPT"))) throw error;
    return send(["EVAL", text, ...call]);
  }
}

/** Whether the server has done nothing yet: it reads what it had on its disk, or is held up by a script or a change of its leader. */
function isBusy({ message }: ErrorReply): boolean {
  return /^(LOADING|BUSY|MASTERDOWN|TRYAGAIN) /.test(message);
}

/** For `catch` of what is said in passing: that the line broke meanwhile makes no difference. */
function spoken(error: unknown): void {
  if (error instanceof ErrorReply) throw error;
}

const open = (url: string, reconnectStrategy: (tries: number, cause: Error) => number | Error) =>
  createClient({
    url,
    name: `clipwork-${randomUUID().slice(0, 8)}`,
    pingInterval: pingMs,
    socket: { reconnectStrategy, socketTimeout: silentMs, connectTimeout: silentMs },
  });

const written = (argument: Argument) => (typeof argument === "string" ? argument : Buffer.from(argument));
