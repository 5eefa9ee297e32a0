import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startServer, type TestServer } from "../server/server.fixture.ts";
import type { Gate } from "./gates.ts";
import { workersOf } from "./processes.ts";

/** Who is ended: one process, or both at once. */
export const victims = ["worker", "server", "both"] as const;
export type Victim = (typeof victims)[number];

type Context = Parameters<typeof startServer>[0];

/** A server with gates in it, on one data folder for as long as it takes; it is started again whenever it was ended. */
export class Place {
  readonly data: string;
  readonly #context: Context;
  readonly #gates: string;
  #server: TestServer | undefined;

  constructor(context: Context, folder: string) {
    this.#context = context;
    this.data = join(folder, "data");
    this.#gates = join(folder, "gates");
    mkdirSync(this.#gates, { recursive: true });
  }

  /** The server, which is started if none runs. */
  async server(): Promise<TestServer> {
    if (this.#server === undefined || hasEnded(this.#server)) {
      const hook = pathToFileURL(join(import.meta.dirname, "hook.fixture.ts")).href;
      const env = { NODE_OPTIONS: `--import=${hook}`, GATES: this.#gates };
      this.#server = await startServer(this.#context, { data: this.data, env });
    }
    return this.#server;
  }

  /** Ends the victim when a process comes by the gate for that time. */
  arm({ name }: Gate, victim: Victim, passage: number): void {
    rmSync(this.#file("fired"), { force: true });
    writeFileSync(this.#file("armed"), `${name}|${victim}|${passage}`);
  }

  /** Whether the armed gate was passed, and the victim ended. */
  get fired(): boolean {
    return existsSync(this.#file("fired"));
  }

  /** Ends the victim now. */
  kill(victim: Victim): void {
    const { pid } = this.#server!.process;
    if (hasEnded(this.#server!)) return;
    const worker = victim === "server" ? [] : workersOf(pid!);
    for (const one of victim === "worker" ? worker : [...worker, pid!]) process.kill(one, "SIGKILL");
  }

  #file(name: string): string {
    return join(this.#gates, name);
  }
}

/** Whether its process is gone. */
export function hasEnded({ process: { exitCode, signalCode } }: TestServer): boolean {
  return exitCode !== null || signalCode !== null;
}
