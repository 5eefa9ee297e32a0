import { setTimeout as wait } from "node:timers/promises";
import { isRunEnd } from "@clipwork/engine";
import type { ServerClient } from "../client/server-client.ts";
import type { EventsReply, LoggedEvent } from "../wire/wire.ts";

/** How often the log of a run is asked for, in milliseconds. */
const periodMs = 300;

/** How far a run has come. */
export type Step = { readonly done: number; readonly all: number; readonly message: string };

/** Waits for the end of a run, and tells each item that is done. Rejects with the signal's reason when it is aborted. */
export async function followRun(
  client: ServerClient,
  run: string,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (step: Step) => void },
): Promise<void> {
  const tally = new Tally();
  for (let after = 0; ; ) {
    const { events } = await client.json<EventsReply>("GET", `/runs/${run}/events?after=${after}`, undefined, signal);
    for (const event of events) {
      after = event.seq;
      const step = tally.take(event);
      if (step) tell(step);
      if (isRunEnd(event)) return;
    }
    if (events.length === 0) await wait(periodMs, undefined, { signal });
  }
}

/** Counts what is done of a run: the nodes that began and those that are over, each once, however many items it has. */
class Tally {
  #all = 0;
  readonly #done = new Set<string>();

  take(event: LoggedEvent): Step | undefined {
    if (event.event === "run.started") {
      this.#all = event.nodes;
      this.#done.clear();
      return this.#step("The run has begun.");
    }
    if (event.event === "node.started") return this.#step(`${event.node} has begun.`);
    if (!/^node\.(finished|cached|failed|skipped)$/.test(event.event) || !("node" in event)) return undefined;
    this.#done.add(event.node!);
    return this.#step(`${event.node} is ${event.event.slice("node.".length)}.`);
  }

  #step(message: string): Step {
    return { done: this.#done.size, all: this.#all, message };
  }
}
