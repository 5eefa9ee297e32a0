import { randomUUID } from "node:crypto";
import type { KindJson, NodeTypeJson, Problem } from "@clipwork/engine";
import { type PackedJson, unpackedSize } from "../files/packed-json.ts";
import type { NodePackJson, PackJson } from "../wire/wire.ts";
import type { CheckerSetup, CheckReply, CheckRequest, ReadBody, Ready, WorkflowFacts } from "./checker-protocol.ts";
import { CheckerThread } from "./checker-thread.ts";

/** JSON of more bytes is large: it has a thread of its own, so that no other waits behind it. */
const large = 2 ** 20;
/** That thread ends after this time without work: a large document takes half a gigabyte. */
const idleMs = 60_000;

/** Reads and checks documents beside the thread that serves: one thread for most of them, one for the large. */
export class Checker {
  /** The node types as plain data, never changing. */
  readonly nodes: readonly NodeTypeJson[];
  /** The kinds of their sockets. */
  readonly kinds: readonly KindJson[];
  /** One warning for each node pack that is not used. */
  readonly problems: readonly Problem[];
  /** The node packs, as they were when it started. */
  readonly nodePacks: readonly NodePackJson[];
  readonly #usual: CheckerThread;
  readonly #large: CheckerThread;

  private constructor(usual: CheckerThread, setup: CheckerSetup, { nodes, kinds, problems, nodePacks }: Ready) {
    this.#usual = usual;
    this.#large = new CheckerThread(setup, idleMs);
    this.nodes = nodes;
    this.kinds = kinds;
    this.problems = problems;
    this.nodePacks = nodePacks;
  }

  /** Starts with the node packs of the setup; the thread for large documents starts with the first of them. */
  static async start(setup: CheckerSetup): Promise<Checker> {
    const usual = new CheckerThread(setup);
    return new Checker(usual, setup, await usual.start());
  }

  /** The JSON of a body, with its document packed. The body is gone for the caller. */
  read(body: Uint8Array): Promise<ReadBody> {
    // Short ones lie in memory that they share with others, and are copied.
    const own = body.byteLength === body.buffer.byteLength ? body : new Uint8Array(body);
    return this.#threadFor(own.byteLength).call("read", own, [own.buffer as ArrayBuffer]);
  }

  /** What is to be saved: anything that is a workflow by its shape, half-wired or not. */
  inspect(document: PackedJson): Promise<WorkflowFacts> {
    return this.#threadFor(unpackedSize(document)).call("inspect", document);
  }

  check(request: CheckRequest): Promise<CheckReply> {
    return this.#threadFor(unpackedSize(request.document)).call("check", request);
  }

  /** The model packs that can be found, or why one cannot be used. */
  packs(): Promise<readonly PackJson[]> {
    return this.#usual.call("packs", undefined);
  }

  /** What a worker has that checks with this: node types and model packs, as they are now. */
  offer(): Promise<readonly string[]> {
    return this.#usual.call("offer", undefined);
  }

  /** The report of a run as HTML in UTF-8, of the JSON of its `RunDetail` and of its log as lists of events in JSON, which are gone for the caller. */
  async report({
    run,
    fresh,
    detail,
    log,
  }: {
    readonly run: string;
    readonly fresh: boolean;
    readonly detail: readonly Uint8Array[];
    readonly log: Iterable<Uint8Array<ArrayBuffer>>;
  }): Promise<Uint8Array> {
    const report = randomUUID();
    for (const events of log) await this.#large.call("log", { report, run, events }, [events.buffer]);
    return this.#large.call("report", { report, fresh, detail: Buffer.concat(detail) });
  }

  async close(): Promise<void> {
    await Promise.all([this.#usual.close(), this.#large.close()]);
  }

  #threadFor(bytes: number): CheckerThread {
    return bytes > large ? this.#large : this.#usual;
  }
}
