import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { WorkflowJson } from "@clipwork/engine";
import type { FileTrouble } from "../files/file-trouble.ts";

/** A picture that was decoded to its last byte. */
export type ReadPicture = {
  readonly width: number;
  readonly height: number;
  /** A WebP of at most 256 px. */
  readonly thumbnail: Uint8Array;
  /** The workflow that it carries, if it is one by its shape. */
  readonly document?: WorkflowJson;
  /** The digests of the networks that ran, unchecked. */
  readonly stages?: unknown;
};

/** An array of numbers that was read to its last byte: [rows, columns]. */
export type ReadArray = { readonly rows: number; readonly columns: number };

export type UploadAnswer =
  | { readonly picture: ReadPicture }
  | { readonly array: ReadArray }
  | { readonly trouble: FileTrouble };

/** What the process is asked: to read the file, unless its head says that it has more pixels. */
export type ReadOrder = { readonly path: string; readonly mostPixels: number };

/** Why a file was not read: others wait already, or those before it take too long. */
export type NotRead = "crowded" | "late";

/** A file that takes longer is not worth waiting for. */
const maxMs = 20_000;
/** How long the process may take to start, on whatever machine. */
const maxStartMs = 60_000;
/** How long a file may wait for those before it. */
const maxWaitMs = 20_000;
/** The process ends after this time without work: decoders take memory. */
const idleMs = 30_000;
/** Files that may wait to be read. */
const maxWaiting = 20;
/** Pictures of more pixels are read in a line of their own, so that they hold up nobody else's. */
const largePixels = 16_000_000;

/** Reads untrusted files, large pictures apart from all else, in processes that they may crash. */
export class UploadReader {
  readonly #quick: Line;
  readonly #slow: Line;

  constructor(waitMs: number = maxWaitMs) {
    this.#quick = new Line(waitMs);
    this.#slow = new Line(waitMs);
  }

  /** Reads the picture or the array in a file, or says why it did not get to it. */
  async read(path: string): Promise<UploadAnswer | NotRead> {
    const answer = await this.#quick.read({ path, mostPixels: largePixels });
    if (answer !== "large") return answer;
    const whole = await this.#slow.read({ path, mostPixels: Number.POSITIVE_INFINITY });
    if (whole === "large") throw new Error("no picture is larger than any");
    return whole;
  }

  close(): void {
    this.#quick.close();
    this.#slow.close();
  }
}

/** Files that are read one after the other in one process, which comes with the first and goes when it has been idle. */
class Line {
  readonly #waitMs: number;
  #child: ChildProcess | undefined;
  /** The process that there is, once it can read. */
  #ready: Promise<ChildProcess> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  async read(order: ReadOrder): Promise<UploadAnswer | NotRead | "large"> {
    if (this.#waiting >= maxWaiting) return "crowded";
    this.#waiting++;
    const { promise: late, resolve: giveUp } = Promise.withResolvers<"late">();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      giveUp("late");
    }, this.#waitMs);
    const answer = this.#last.then(async (): Promise<UploadAnswer | NotRead | "large"> => {
      clearTimeout(timer);
      return isLate ? "late" : this.#readNow(await this.#start(), order);
    });
    this.#last = answer.catch(() => {});
    return Promise.race([answer, late]).finally(() => {
      this.#waiting--;
    });
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
    this.#ready = undefined;
  }

  /** The process, started unless there is one. On a busy machine that takes long, which says nothing of a file. Rejects if there can be none. */
  #start(): Promise<ChildProcess> {
    clearTimeout(this.#idle);
    this.#ready ??= new Promise((resolve, reject) => {
      const child = fork(join(import.meta.dirname, "upload-main.ts"), {
        serialization: "advanced",
        stdio: ["ignore", "ignore", "ignore", "ipc"],
        execArgv: ["--max-old-space-size=512"],
      });
      this.#child = child;
      // Whatever ends it, also while it has nothing to do, the next file has another one.
      const gone = (why: string) => {
        clearTimeout(timer);
        if (this.#child === child) this.close();
        reject(new Error(`The process that reads uploads did not start: ${why}.`));
      };
      child.on("error", ({ message }) => gone(message));
      child.once("exit", (code, signal) => gone(signal ?? `exit code ${code}`));
      child.once("message", () => {
        clearTimeout(timer);
        resolve(child);
      });
      const timer = setTimeout(() => child.kill("SIGKILL"), maxStartMs);
    });
    return this.#ready;
  }

  #readNow(child: ChildProcess, order: ReadOrder): Promise<UploadAnswer | "large"> {
    return new Promise((resolve) => {
      const settle = (answer: UploadAnswer | "large") => {
        clearTimeout(timer);
        child.off("message", settle).off("exit", onExit);
        this.#idle = setTimeout(() => this.close(), idleMs).unref();
        resolve(answer);
      };
      const giveUp = (reason: string) => {
        if (this.#child === child) this.close();
        settle({ trouble: { as: "a picture", reason, remedy: "Save it again with a picture editor, smaller." } });
      };
      const onExit = () => giveUp("reading it needs more than there is");
      const timer = setTimeout(() => giveUp(`reading it takes more than ${maxMs / 1000} seconds`), maxMs);
      child.on("message", settle).once("exit", onExit);
      // Its exit says what became of it.
      child.send(order, () => {});
    });
  }
}
