import type { KindJson, NodeTypeJson, Problem } from "@clipwork/engine";
import type { PackJson } from "../wire/wire.ts";
import type { CheckerSetup, CheckReply, CheckRequest, ReadBody, Ready } from "./checker-protocol.ts";
import { CheckerThread } from "./checker-thread.ts";

/** Text of more characters is large: it has a thread of its own, so that no other waits behind it. */
const large = 2 ** 20;

/** Reads and checks documents beside the thread that serves: one thread for most of them, one for the large. */
export class Checker {
  /** The node types as plain data, never changing. */
  readonly nodes: readonly NodeTypeJson[];
  /** The kinds of their sockets. */
  readonly kinds: readonly KindJson[];
  /** One warning for each node pack that is not used. */
  readonly problems: readonly Problem[];
  readonly #usual: CheckerThread;
  readonly #large: CheckerThread;

  private constructor(usual: CheckerThread, setup: CheckerSetup, { nodes, kinds, problems }: Ready) {
    this.#usual = usual;
    this.#large = new CheckerThread(setup);
    this.nodes = nodes;
    this.kinds = kinds;
    this.problems = problems;
  }

  /** Starts with the node packs of the setup; the thread for large documents starts with the first of them. */
  static async start(setup: CheckerSetup): Promise<Checker> {
    const usual = new CheckerThread(setup);
    return new Checker(usual, setup, await usual.start());
  }

  /** The JSON of a body, with its document as text. */
  read(text: string): Promise<ReadBody> {
    return this.#threadFor(text).call("read", text);
  }

  check(request: CheckRequest): Promise<CheckReply> {
    return this.#threadFor(request.document).call("check", request);
  }

  /** The model packs that can be found, or why one cannot be used. */
  packs(): Promise<readonly PackJson[]> {
    return this.#usual.call("packs", undefined);
  }

  async close(): Promise<void> {
    await Promise.all([this.#usual.close(), this.#large.close()]);
  }

  #threadFor(text: string): CheckerThread {
    return text.length > large ? this.#large : this.#usual;
  }
}
