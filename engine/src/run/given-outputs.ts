import { type At, emitsList, type NodeState, type Ref } from "../expansion/state.ts";
import type { GivenOutput, OutputRef } from "./event.ts";
import { itemsOf, type RunEntry } from "./run-entry.ts";
import { sourcesBehind, Tracer } from "./trace.ts";

/** One value that the run has to return, and where it is. */
export type Wanted = At<RunEntry> & { readonly port: string; readonly ref: Ref<RunEntry> };

export function outputOf({ node, port, item, ref }: Wanted): OutputRef {
  return { node: node.plan.id, port, item, value: { key: ref.entry.key, port: ref.port, index: ref.index } };
}

type Host = {
  readonly give: (output: GivenOutput) => void;
  /** Calls back when the promise resolves, and keeps the run open until then. */
  readonly after: (promise: Promise<unknown>, then: () => void) => void;
};

/**
 * Hands each output of one run to the host once: as soon as its value is kept together with everything it was made from.
 */
export class GivenOutputs {
  readonly #host: Host;
  readonly #tracer: Tracer;
  readonly #given = new Set<string>();

  constructor(nodes: readonly NodeState<RunEntry>[], host: Host) {
    this.#host = host;
    this.#tracer = new Tracer(nodes);
  }

  /** The cache has the entry: hands it over for the items that wait for it, and for items of chosen nodes that it holds. */
  kept(entry: RunEntry): void {
    for (const at of entry.watchers ?? []) this.keptFor(entry, at);
    for (const at of itemsOf(entry)) if (at.node.plan.wanted) this.keptFor(entry, at);
  }

  /** The same for one item. */
  keptFor(entry: RunEntry, { node, item }: At<RunEntry>): void {
    const ports = portsOf(node);
    const items = Math.max(...ports.map(({ length }) => length));
    for (const { port, at } of ports) {
      const ref = at(item);
      if (ref?.entry === entry) this.#give({ node, port, item, ref }, items);
    }
  }

  /** Hands over what is left when the run is over; `outputs` are all that it has to return. */
  rest(outputs: readonly Wanted[]): void {
    for (const ofNode of Map.groupBy(outputs, ({ node }) => node).values()) {
      const items = ofNode.reduce((most, { item }) => Math.max(most, item + 1), 0);
      for (const output of ofNode) this.#give(output, items);
    }
  }

  #give(wanted: Wanted, items: number): void {
    const output = outputOf(wanted);
    const name = `${output.node} ${output.port} ${output.item}`;
    if (this.#given.has(name)) return;
    this.#given.add(name);
    const entries = sourcesBehind(wanted.ref.entry);
    const give = () => this.#host.give({ ...output, items, made: this.#tracer.name(entries, wanted.node) });
    const saving: Promise<void>[] = [];
    for (const entry of entries) if (entry.saving) saving.push(entry.saving);
    if (saving.length === 0) give();
    else this.#host.after(Promise.all(saving), give);
  }
}

type Port = {
  readonly port: string;
  /** How many items it has. */
  readonly length: number;
  readonly at: (item: number) => Ref<RunEntry> | undefined;
};

/** Where the values of a wanted node are. Which items belong to the lists it emits is known only at the end. */
function portsOf(node: NodeState<RunEntry>): readonly Port[] {
  const { entries, moved, sinkRefs, plan } = node;
  if (moved || !plan.definition.run) {
    const lists = moved ? Object.entries(moved).map(([port, refs]) => ({ port, refs })) : sinkRefs;
    return lists.map(({ port, refs }) => ({ port, length: refs.length, at: (item) => refs[item] }));
  }
  const { length } = entries;
  return Object.keys(plan.definition.outputs)
    .filter((port) => !emitsList(plan.definition, port) && !plan.absent.includes(port))
    .map((port) => ({
      port,
      length,
      at: (item) => {
        const entry = entries[item];
        return entry && { entry, port, index: 0 };
      },
    }));
}
