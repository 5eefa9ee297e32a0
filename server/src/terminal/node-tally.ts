import type { RunEvent } from "@clipwork/engine";

type ItemState = { step: number; steps: number; state: "running" | "cached" | "finished" | "failed" | "skipped" };

/** How far one node has come, summed over its items. Times are those of the events, so it needs no clock. */
export class NodeTally {
  readonly node: string;
  readonly #items = new Map<number, ItemState>();
  #began: number | undefined;
  #now = 0;

  constructor(node: string) {
    this.node = node;
  }

  record(event: RunEvent & { readonly item: number }): void {
    this.#now = event.time;
    const item = this.#items.get(event.item) ?? { step: 0, steps: 1, state: "running" };
    this.#items.set(event.item, item);
    switch (event.event) {
      case "node.started":
        this.#began ??= event.time;
        break;
      case "node.progress":
        Object.assign(item, { step: event.step, steps: event.steps });
        break;
      case "node.finished":
        Object.assign(item, { step: item.steps, state: "finished" });
        break;
      case "node.cached":
        Object.assign(item, { step: item.steps, state: "cached" });
        break;
      case "node.failed":
        item.state = "failed";
        break;
      case "node.skipped":
        item.state = "skipped";
    }
  }

  /** Steps done and steps known of, over all items that began. */
  get steps(): { readonly done: number; readonly all: number } {
    let done = 0;
    let all = 0;
    for (const item of this.#items.values()) {
      done += item.step;
      all += item.steps;
    }
    return { done, all };
  }

  /** One or two words for people. */
  get state(): string {
    const states = [...this.#items.values()].map(({ state }) => state);
    const count = states.length > 1 ? ` ×${states.length}` : "";
    if (states.includes("running")) return `${this.#timeLeft()}${count}`;
    if (states.includes("failed")) return `✖ failed${count}`;
    if (states.includes("skipped")) return `– skipped${count}`;
    if (states.every((state) => state === "cached")) return `✔ cached${count}`;
    return `✔ ${seconds(this.#now - (this.#began ?? this.#now))}${count}`;
  }

  #timeLeft(): string {
    const { done, all } = this.steps;
    if (done === 0 || this.#began === undefined) return "…";
    return `${seconds(((this.#now - this.#began) / done) * (all - done))} left`;
  }
}

/** A duration as people say it: 0.4 s, 12 s, 3 min 5 s. */
export function seconds(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
