import {
  type AnyPlan,
  type Cache,
  describePlan,
  expandPlan,
  type NodeKey,
  type PreviewEvent,
  type RunEvent,
  readValue,
} from "@clipwork/engine";
import type { ArtifactFiles } from "../artifacts/artifact-files.ts";
import type { Shown } from "../worker/worker-protocol.ts";
import { captionFinder } from "./caption-of.ts";
import { type Rendered, renderView } from "./render-view.ts";

/** Waiting tensors may fill this much memory; beyond it the oldest frame gives way to newer ones. */
const maxWaiting = 256 * 2 ** 20;
/** At most 15 frames a second a node. */
const frameMs = 1000 / 15;
/** Items of a node whose values are shown. */
const maxItems = 256;

type Waiting = { readonly bytes: number; readonly work: () => Promise<void>; readonly mayDrop: boolean };

/** Shows one run while it goes on: every step's preview, and the value of every output as soon as it is kept. */
export class RunViews {
  readonly #plan: AnyPlan;
  readonly #cache: Cache;
  readonly #artifacts: ArtifactFiles;
  readonly #tell: (shown: Shown) => void;
  readonly #waiting: Waiting[] = [];
  readonly #steps = new Map<string, { readonly step: number; readonly steps: number }>();
  readonly #framed = new Map<string, number>();
  /** Outputs whose value was shown. */
  readonly #shown = new Set<string>();
  /** The items with that fingerprint, of nodes that emit no lists: theirs are known only when all are there. */
  readonly #spots = new Map<string, { readonly node: string; readonly item: number }[]>();
  #keys: ReadonlyMap<string, NodeKey> = new Map();
  #waitingBytes = 0;
  #working: Promise<void> | undefined;

  constructor(parts: {
    readonly plan: AnyPlan;
    readonly cache: Cache;
    readonly artifacts: ArtifactFiles;
    readonly tell: (shown: Shown) => void;
  }) {
    this.#plan = parts.plan;
    this.#cache = parts.cache;
    this.#artifacts = parts.artifacts;
    this.#tell = parts.tell;
  }

  /** To be called before the run: finds out which values will be whose. */
  async begin(): Promise<void> {
    this.#keys = describePlan(await expandPlan(this.#plan, this.#cache));
    for (const { id, definition } of this.#plan.nodes) {
      if (Object.values(definition.outputs).some(({ list }) => list)) continue;
      this.#keys
        .get(id)
        ?.keys.slice(0, maxItems)
        .forEach((key, item) => {
          const spots = this.#spots.get(key) ?? [];
          this.#spots.set(key, [...spots, { node: id, item }]);
        });
    }
  }

  /** The cache, noticing what is kept in it. */
  watch(cache: Cache): Cache {
    return {
      ...cache,
      put: async (key, bytes) => {
        await cache.put(key, bytes);
        for (const { node, item } of this.#spots.get(key) ?? []) this.#showValues(node, item);
      },
    };
  }

  record(event: RunEvent): void {
    if (event.event === "node.progress") this.#steps.set(spot(event), event);
    if (event.event === "node.cached" && this.#keys.has(event.node) && !this.#emitsLists(event.node))
      this.#showValues(event.node, event.item);
  }

  preview(event: PreviewEvent): void {
    const { node, item, port, value } = event;
    const { step, steps } = this.#steps.get(spot(event)) ?? { step: 0, steps: 0 };
    const work = async () => {
      const { view, bytes } = await this.#render(node, item, port, value);
      const now = performance.now();
      const due = bytes && now - (this.#framed.get(node) ?? -frameMs) >= frameMs;
      if (due) this.#framed.set(node, now);
      this.#tell({ event: "node.preview", node, item, port, step, steps, view, ...(due ? { frame: bytes } : {}) });
    };
    this.#add({ bytes: sizeOf(value), work, mayDrop: true });
  }

  /** To be called after the run: shows what is still to be shown. Resolves when all of it is told. */
  async finish(): Promise<void> {
    this.#keys = describePlan(await expandPlan(this.#plan, this.#cache));
    for (const [node, { keys }] of this.#keys) {
      if (this.#emitsLists(node)) this.#add({ bytes: 0, work: () => this.#showLists(node, keys), mayDrop: false });
      else for (let item = 0; item < Math.min(keys.length, maxItems); item++) this.#showValues(node, item);
    }
    while (this.#working) await this.#working;
  }

  #emitsLists(node: string): boolean {
    return Object.values(this.#definition(node).outputs).some(({ list }) => list);
  }

  #definition(node: string) {
    return this.#plan.nodes.find(({ id }) => id === node)!.definition;
  }

  #showValues(node: string, item: number): void {
    const key = this.#keys.get(node)!.keys[item];
    if (key === undefined) return;
    for (const port of Object.keys(this.#definition(node).outputs))
      this.#add({
        bytes: 0,
        work: async () => void (await this.#showValue({ node, port, item, key, index: 0 })),
        mayDrop: false,
      });
  }

  /** Lists concatenate in item order; where a part is not kept, what comes after it has no number. */
  async #showLists(node: string, keys: readonly string[]): Promise<void> {
    for (const port of Object.keys(this.#definition(node).outputs)) {
      let item = 0;
      for (const key of keys) {
        let index = 0;
        while (item < maxItems && (await this.#showValue({ node, port, item, key, index }))) {
          index++;
          item++;
        }
        if (index === 0) break;
      }
    }
  }

  /** False where there is no such value. */
  async #showValue(at: { node: string; port: string; item: number; key: string; index: number }): Promise<boolean> {
    const { node, port, item, key, index } = at;
    const name = `${node} ${port} ${item}`;
    if (this.#shown.has(name)) return true;
    const value = await readValue(this.#cache, { key, port, index });
    if (value === undefined) return false;
    this.#shown.add(name);
    const { view } = await this.#render(node, item, port, value);
    this.#tell({ event: "node.value", node, item, port, view });
    return true;
  }

  async #render(node: string, item: number, port: string, value: PreviewEvent["value"]): Promise<Rendered> {
    const image = this.#definition(node).outputs[port]?.type.kind === "image-embedding";
    const caption = image ? await captionFinder(this.#plan, this.#keys, this.#cache)(node, item) : undefined;
    return renderView(value, this.#artifacts, caption);
  }

  #add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#waitingBytes += waiting.bytes;
    while (this.#waitingBytes > maxWaiting) {
      const oldest = this.#waiting.findIndex(({ mayDrop }) => mayDrop);
      if (oldest < 0 || oldest === this.#waiting.length - 1) break;
      this.#waitingBytes -= this.#waiting.splice(oldest, 1)[0]!.bytes;
    }
    this.#working ??= this.#work();
  }

  /** One after the other: what is shown keeps its order, and encoding never takes more than one core from the models. */
  async #work(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#waitingBytes -= next.bytes;
      await next.work();
    }
    this.#working = undefined;
  }
}

function spot({ node, item }: { readonly node: string; readonly item: number }): string {
  return `${node} ${item}`;
}

/** Bytes of the tensors in a value, as far as they count. */
function sizeOf(value: PreviewEvent["value"]): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0), 0);
}
