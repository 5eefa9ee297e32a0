import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { PackError } from "@clipwork/models";
import { Refusal } from "../artifacts/refusal.ts";
import { sourceText } from "../hub/connection/names.ts";
import { addressText, readSource } from "../hub/connection/plain-address.ts";
import { isAmong } from "../hub/connection/request.ts";
import { hubOf } from "../hub/connection/settings.ts";
import { nameOf } from "../packs/pack-name.ts";
import type { AddModel, ModelChoices, ModelJob } from "../wire/wire.ts";
import type { FromJob, JobOrder, ToJob } from "./job-protocol.ts";

/** Jobs that may be under way at once. */
const maxAtOnce = 4;
/** Ended jobs that are remembered. */
const maxEnded = 20;

type Job = {
  shown: ModelJob;
  readonly child: ChildProcess;
  /** The name of the pack that is being added. */
  readonly makes: string | undefined;
};

/** What is being done about model packs, each in a process of its own: a checkpoint that breaks the runtime breaks nothing else. */
export class ModelJobs {
  readonly #dataFolder: string;
  readonly #hosts: readonly string[];
  readonly #onFault: (error: unknown) => void;
  readonly #jobs = new Map<string, Job>();

  /** `hosts`: those of the configuration from which a hub's files may come. */
  constructor({
    dataFolder,
    hosts,
    onFault,
  }: {
    readonly dataFolder: string;
    readonly hosts: readonly string[];
    readonly onFault: (error: unknown) => void;
  }) {
    this.#dataFolder = dataFolder;
    this.#hosts = hosts;
    this.#onFault = onFault;
  }

  /** The newest first. */
  list(): readonly ModelJob[] {
    return [...this.#jobs.values()].map(({ shown }) => shown).reverse();
  }

  /**
   * Begins to add a checkpoint of the hub, or of an address on one of the hosts that were named. Throws Refusal if it is neither, or it is
   * being added already.
   */
  add({ source, ...choices }: AddModel): ModelJob {
    try {
      const hosts = this.#hosts;
      const read = readSource(source, hubOf(hosts).endpoint);
      if ("folder" in read) refuseHost(read.folder, hosts);
      const subject = "folder" in read ? addressText(read) : sourceText(read);
      return this.#begin(
        { kind: "add", subject, ...choices },
        { kind: "add", source: subject, dataFolder: this.#dataFolder, hosts, choices },
        choices.name ?? nameOf(read),
      );
    } catch (error) {
      if (error instanceof PackError) throw new Refusal("invalid", error.message, error.remedy);
      throw error;
    }
  }

  /** Begins to verify the pack in that folder. */
  verify(pack: string, folder: string): ModelJob {
    return this.#begin({ kind: "verify", subject: pack }, { kind: "verify", folder });
  }

  /** Accepts the licence that a job asks about. */
  accept(id: string): ModelJob {
    const job = this.#find(id);
    if (job.shown.state !== "asking")
      throw new Refusal("conflict", "The job does not ask about a licence.", "Look at its state.");
    this.#change(job, { state: "working", doing: "downloading" });
    send(job, { answer: true });
    return job.shown;
  }

  /** Ends a job; what was downloaded is kept, unless its licence was still to be accepted. One that has ended is left as it is. */
  cancel(id: string): ModelJob {
    const job = this.#find(id);
    const { state } = job.shown;
    if (!isLive(job.shown)) return job.shown;
    this.#change(job, { state: "cancelled", doing: "" });
    send(job, state === "asking" ? { answer: false } : { cancel: true });
    return job.shown;
  }

  /** Takes a job that has ended off the list. */
  forget(id: string): void {
    const { shown } = this.#find(id);
    if (isLive(shown)) throw new Refusal("conflict", "The job is under way.", "Cancel it first.");
    this.#jobs.delete(id);
  }

  /** Ends all of them, as if they were cancelled. */
  close(): void {
    for (const { child } of this.#jobs.values()) if (child.connected) child.disconnect();
  }

  #begin(begun: Pick<ModelJob, "kind" | "subject" | keyof ModelChoices>, order: JobOrder, makes?: string): ModelJob {
    const live = [...this.#jobs.values()].filter(({ shown }) => isLive(shown));
    const same = live.some(({ shown }) => shown.kind === begun.kind && shown.subject === begun.subject);
    if (same)
      throw new Refusal("conflict", `There is a job for ${begun.subject} already.`, "Wait for it, or cancel it.");
    // Two packs of one name would meet only when both are downloaded.
    const namesake = live.find((job) => makes !== undefined && job.makes === makes);
    if (namesake)
      throw new Refusal(
        "conflict",
        `A pack "${makes}" is being added already, of ${namesake.shown.subject}.`,
        "Wait for it or cancel it, or choose another name.",
      );
    if (live.length >= maxAtOnce)
      throw new Refusal("full", `${live.length} jobs are under way already.`, "Wait until one of them has ended.");
    const child = fork(join(import.meta.dirname, "main.ts"), { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    const job: Job = { shown: { id: randomUUID(), ...begun, state: "working", doing: "" }, child, makes };
    this.#jobs.set(job.shown.id, job);
    this.#dropOld();
    let complaint = "";
    child.on("error", (error) => this.#end(job, error.message));
    child.stderr?.on("data", (text: Buffer) => {
      complaint = (complaint + text).slice(-2000);
    });
    child.on("message", (message: FromJob) => this.#hear(job, message));
    child.once("close", (code, signal) => {
      if (complaint !== "") this.#onFault(new Error(`a job about a model pack: ${complaint}`));
      this.#end(job, signal ? `it was ended by ${signal}` : `it ended with ${code}`);
    });
    child.send(order, () => {});
    return job.shown;
  }

  #hear(job: Job, message: FromJob): void {
    if (!isLive(job.shown)) return;
    if ("licence" in message) this.#change(job, { state: "asking", licence: message.licence });
    else if ("progress" in message) this.#change(job, { progress: message.progress });
    else if ("done" in message) this.#change(job, { state: "finished", doing: "", ...message.done });
    else if ("failed" in message) this.#change(job, { state: "failed", doing: "", error: message.failed });
    else this.#change(job, message);
  }

  /** The process is gone without having said how it went. */
  #end(job: Job, how: string): void {
    if (!isLive(job.shown)) return;
    const remedy = "Free memory and try again; a download goes on where it stopped.";
    const error = { message: `The process that did it was lost: ${how}.`, remedy };
    this.#change(job, { state: "failed", doing: "", error });
  }

  #change(job: Job, change: Partial<ModelJob>): void {
    job.shown = { ...job.shown, ...change };
  }

  #find(id: string): Job {
    const job = this.#jobs.get(id);
    if (job) return job;
    throw new Refusal("unknown", "There is no such job.", "List the jobs; they are forgotten when the server ends.");
  }

  #dropOld(): void {
    const ended = [...this.#jobs].filter(([, { shown }]) => !isLive(shown));
    for (const [id] of ended.slice(0, Math.max(0, ended.length - maxEnded))) this.#jobs.delete(id);
  }
}

/** What a page asks for comes from hosts that the server's owner named: it must not make the server ask any other. */
function refuseHost(address: URL, hosts: readonly string[]): void {
  if (isAmong(address, hosts)) return;
  throw new PackError(
    `${address.host} is neither the hub nor a host that this server downloads from.`,
    'Name it in "hubHosts" of config.json in the data folder, or add the checkpoint on the command line there.',
  );
}

function isLive({ state }: ModelJob): boolean {
  return state === "working" || state === "asking";
}

/** Sends to a process that may be gone: its exit is noticed separately. */
function send({ child }: Job, message: ToJob): void {
  if (child.connected) child.send(message, () => {});
}
