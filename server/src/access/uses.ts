import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isTime } from "../files/time.ts";
import { absent, replaceFile } from "../files/whole-file.ts";

/** Uses are written down at most this often, in milliseconds. */
const noteMs = 60_000;

const fileOf = (data: string) => join(data, "token-uses.json");

/** When each token was last used, by its digest, in milliseconds since 1970; to a minute. A file that is none says nothing. */
export function readUses(data: string): ReadonlyMap<string, number> {
  try {
    const uses: unknown = JSON.parse(readFileSync(fileOf(data), "utf8"));
    return new Map(Object.entries(uses ?? {}).filter(([, time]) => isTime(time)));
  } catch (error) {
    if (!(error instanceof SyntaxError)) absent(error as NodeJS.ErrnoException);
    return new Map();
  }
}

/** Notes when tokens are used, in a file beside them: commands list it while a server has the database. */
export class TokenUses {
  readonly #data: string;
  readonly #onFault: (error: unknown) => void;
  readonly #uses: Map<string, number>;
  readonly #now: () => number;
  /** What is in the file. */
  #written = new Map<string, number>();

  constructor(data: string, onFault: (error: unknown) => void, now: () => number = Date.now) {
    this.#data = data;
    this.#onFault = onFault;
    this.#now = now;
    this.#uses = new Map(readUses(data));
    this.#written = new Map(this.#uses);
  }

  /** The token of that digest is being used. */
  saw(token: string): void {
    const now = this.#now();
    this.#uses.set(token, now);
    if (now - (this.#written.get(token) ?? 0) >= noteMs) void this.#write();
  }

  /** Writes down what is not written yet, and forgets all but these tokens. */
  async close(standing: ReadonlySet<string>): Promise<void> {
    for (const token of this.#uses.keys()) if (!standing.has(token)) this.#uses.delete(token);
    const isWritten = [...this.#uses].every(([token, time]) => this.#written.get(token) === time);
    if (!isWritten || this.#written.size !== this.#uses.size) await this.#write();
  }

  async #write(): Promise<void> {
    this.#written = new Map(this.#uses);
    const text = `${JSON.stringify(Object.fromEntries(this.#uses))}\n`;
    await replaceFile(fileOf(this.#data), [Buffer.from(text)]).catch(this.#onFault);
  }
}
