import {
  type AnyPlan,
  type Cache,
  type Kind,
  type PreviewEvent,
  type RunEvent,
  type Value,
  type ValueRef,
  valueReader,
} from "@clipwork/engine";
import type { ArtifactFiles } from "../../artifacts/artifact-files.ts";
import type { ShownValue, View } from "../../wire/wire.ts";
import type { Shown } from "../../worker/worker-protocol.ts";
import { FrameLimit } from "./frame-limit.ts";
import { type Rendered, renderView } from "./render-view.ts";
import { ValueBatch } from "./value-batch.ts";
import { ValueIndex } from "./value-index.ts";
import type { WorkQueue } from "./work-queue.ts";

const framesPerSecond = 15;
/** Items of a node whose values are shown. */
const maxItems = 256;

/**
 * How values look that nothing else decides, by the bytes of their entry: a cache in memory gives the same again, and nobody changes
 * them.
 */
const looks = new WeakMap<Uint8Array, Map<string, { readonly kind: Kind; readonly view: View }>>();

type ValueSpot = { readonly node: string; readonly item: number; readonly port: string };

/** Shows one run while it is in progress: every step's preview, and the value of every output as soon as it is kept. */
export class RunViews {
  readonly #cache: Cache;
  readonly #read: (ref: ValueRef) => Promise<Value | undefined>;
  /** Sources are read between the values that they belong to, which stay remembered. */
  readonly #readSource: (ref: ValueRef) => Promise<Value | undefined>;
  readonly #artifacts: ArtifactFiles;
  readonly #show: (shown: Shown) => void;
  readonly #index: ValueIndex;
  readonly #queue: WorkQueue;
  readonly #frames = new FrameLimit(framesPerSecond, () => performance.now());
  readonly #steps = new Map<string, { readonly step: number; readonly steps: number }>();
  /** Outputs whose value was shown. */
  readonly #shown = new Set<string>();
  /** Items that were kept before this run and are still to be shown. */
  #kept: { readonly node: string; readonly item: number; readonly key: string }[] = [];

  constructor(parts: {
    readonly plan: AnyPlan;
    readonly cache: Cache;
    readonly artifacts: ArtifactFiles;
    readonly queue: WorkQueue;
    readonly show: (shown: Shown) => void;
  }) {
    this.#cache = parts.cache;
    this.#read = valueReader(parts.cache);
    this.#readSource = valueReader(parts.cache);
    this.#artifacts = parts.artifacts;
    this.#queue = parts.queue;
    this.#show = parts.show;
    this.#index = new ValueIndex(parts.plan, parts.cache);
  }

  /** To be called with each event of the run. */
  record(event: RunEvent): void {
    if (event.event === "node.progress") this.#steps.set(`${event.node} ${event.item}`, event);
    if (event.event !== "node.stored" && event.event !== "node.cached") return;
    const { node, item, key } = event;
    if (key === undefined || item >= maxItems || this.#index.emitsLists(node)) return;
    if (event.event === "node.cached") this.#showKept(node, item, key);
    else this.#showItem(node, item, key);
  }

  /** To be called with each preview of the run. */
  preview({ node, item, port, value, kind }: PreviewEvent): void {
    const { step, steps } = this.#steps.get(`${node} ${item}`) ?? { step: 0, steps: 0 };
    this.#queue.addFrame(sizeOf(value), async () => {
      const { view, bytes } = await this.#render({ node, item, port }, value, kind);
      const frame = bytes && this.#frames.due(node) ? { frame: bytes } : {};
      this.#show({ event: "node.preview", node, item, port, step, steps, view, ...frame });
    });
  }

  /** To be called after the run: queues what is still to be shown. */
  async showRest(): Promise<void> {
    for (const [node, keys] of await this.#index.keysNow()) {
      if (this.#index.emitsLists(node)) this.#queue.add(() => this.#showLists(node, keys));
      else keys.slice(0, maxItems).forEach((key, item) => void this.#showKept(node, item, key));
    }
  }

  #showItem(node: string, item: number, key: string): void {
    for (const port of Object.keys(this.#index.outputsOf(node)))
      this.#queue.add(async () => {
        const value = await this.#valueAt({ node, item, port }, key, 0);
        if (value && value !== "shown") this.#show({ event: "node.value", ...value });
      });
  }

  /** Kept values come by the thousand: they are shown in batches. */
  #showKept(node: string, item: number, key: string): void {
    if (this.#kept.push({ node, item, key }) > 1) return;
    this.#queue.add(async () => {
      const kept = this.#kept;
      this.#kept = [];
      const batch = this.#openBatch();
      for (const { node, item, key } of kept) {
        for (const port of Object.keys(this.#index.outputsOf(node))) {
          const value = await this.#valueAt({ node, item, port }, key, 0);
          if (value && value !== "shown") await batch.add(value);
        }
      }
      batch.flush();
    });
  }

  #openBatch(): ValueBatch {
    return new ValueBatch((values) => this.#show({ event: "node.values", values }));
  }

  /** Lists concatenate in item order; if a part is not kept, what follows it has no number. */
  async #showLists(node: string, keys: readonly string[]): Promise<void> {
    const batch = this.#openBatch();
    for (const port of Object.keys(this.#index.outputsOf(node))) {
      let item = 0;
      for (const key of keys) {
        let index = 0;
        for (; item < maxItems; index++, item++) {
          const value = await this.#valueAt({ node, item, port }, key, index);
          if (!value) break;
          if (value !== "shown") await batch.add(value);
        }
        if (index === 0) break;
      }
    }
    batch.flush();
  }

  /** A value as it is to be shown; "shown" if it was shown before, undefined if there is no such value. */
  async #valueAt(spot: ValueSpot, key: string, index: number): Promise<ShownValue | "shown" | undefined> {
    const { node, item, port } = spot;
    const name = `${node} ${port} ${item}`;
    if (this.#shown.has(name)) return "shown";
    const bytes = await this.#cache.get(key);
    const view = bytes && (await this.#viewIn(bytes, spot, { key, port, index }));
    if (view === undefined) return undefined;
    this.#shown.add(name);
    return { node, item, port, view };
  }

  /** The view of a value in those bytes; undefined if it is not there. */
  async #viewIn(bytes: Uint8Array, spot: ValueSpot, ref: ValueRef): Promise<View | undefined> {
    const kind = this.#index.kindOf(spot.node, spot.port);
    const place = `${ref.index} ${ref.port}`;
    const known = looks.get(bytes)?.get(place);
    if (known?.kind === kind) return known.view;
    const value = await this.#read(ref);
    if (value === undefined) return undefined;
    const { view, alone } = await this.#render(spot, value, kind);
    if (!alone) return view;
    const views = looks.get(bytes) ?? new Map();
    looks.set(bytes, views.set(place, { kind, view }));
    return view;
  }

  /** What a value of the run looks like. */
  async view(spot: ValueSpot, value: Value): Promise<View> {
    return (await this.#render(spot, value)).view;
  }

  #render({ node, item, port }: ValueSpot, value: Value, kind = this.#index.kindOf(node, port)): Promise<Rendered> {
    const source = async (of: string) => {
      const found = await this.#index.sourceOf(of, node, item);
      return found && this.#readSource({ ...found, index: 0 });
    };
    return renderView(value, kind, { artifacts: this.#artifacts, context: { source } });
  }
}

/** Bytes of the tensors in a value, as far as they count. */
function sizeOf(value: Value): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0), 0);
}
