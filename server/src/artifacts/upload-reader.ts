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

/** A file that takes longer is not worth waiting for. */
const maxMs = 20_000;
/** The process ends after this time without work: decoders take memory. */
const idleMs = 30_000;
/** Files that may wait to be read. */
const maxWaiting = 20;

/** Reads untrusted files one at a time, in a process that they may crash. */
export class UploadReader {
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Reads the picture or the array in a file. Undefined if too many are waiting already. */
  async read(path: string): Promise<UploadAnswer | undefined> {
    if (this.#waiting >= maxWaiting) return undefined;
    this.#waiting++;
    const answer = this.#last.then(() => this.#readNow(path));
    this.#last = answer.catch(() => {});
    return answer.finally(() => {
      this.#waiting--;
    });
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #readNow(path: string): Promise<UploadAnswer> {
    clearTimeout(this.#idle);
    this.#child ??= fork(join(import.meta.dirname, "upload-main.ts"), {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      execArgv: ["--max-old-space-size=512"],
    });
    const child = this.#child;
    return new Promise((resolve) => {
      const settle = (answer: UploadAnswer) => {
        clearTimeout(timer);
        child.off("message", settle).off("exit", onExit);
        this.#idle = setTimeout(() => this.close(), idleMs).unref();
        resolve(answer);
      };
      const giveUp = (reason: string) => {
        this.close();
        settle({ trouble: { as: "a picture", reason, remedy: "Save it again with a picture editor, smaller." } });
      };
      const onExit = () => giveUp("reading it needs more than there is");
      const timer = setTimeout(() => giveUp(`reading it takes more than ${maxMs / 1000} seconds`), maxMs);
      child.on("message", settle).once("exit", onExit);
      child.send(path);
    });
  }
}
