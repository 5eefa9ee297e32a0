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
import { artifactsOfView } from "../../artifacts/artifacts-of-view.ts";
import type { ItemSetting, View } from "../../wire/wire.ts";
import type { Shown } from "../../worker/worker-protocol.ts";
import { FrameLimit } from "./frame-limit.ts";
import { ItemSettings } from "./item-settings.ts";
import { type Rendered, renderView } from "./render-view.ts";
import { ValueBatch } from "./value-batch.ts";
import { type IndexedNode, ValueIndex } from "./value-index.ts";
import type { WorkQueue } from "./work-queue.ts";

const framesPerSecond = 15;
/** Items of a node whose values are shown. */
const maxItems = 256;

/** How a value of an entry looks as one of that kind, the JSON of that, and the bytes of the artifacts that it names. */
type Look = Pick<ValueRef, "port" | "index"> & {
  readonly kind: Kind;
  readonly view: View;
  readonly json: string;
  readonly artifacts: readonly Uint8Array[];
};

/**
 * How the values in an entry's bytes look, those that nothing else decides: a cache in memory gives the same bytes again, and nobody
 * changes them. They are few, and take no more memory than the entry.
 */
const looks = new WeakMap<Uint8Array, Look[]>();

type SettingsField = { readonly settings?: readonly ItemSetting[] };

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
  readonly #settings: ItemSettings;
  readonly #queue: WorkQueue;
  readonly #frames = new FrameLimit(framesPerSecond, () => performance.now());
  readonly #steps = new Map<string, { readonly step: number; readonly steps: number }>();
  /** Outputs whose value was shown. */
  readonly #shown = new Set<string>();
  /** Items that were kept before this run and are still to be shown. */
  #kept: { readonly node: IndexedNode; readonly item: number; readonly key: string }[] = [];

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
    this.#settings = new ItemSettings(parts.plan, parts.cache, this.#readSource);
  }

  /** To be called with each event of the run. */
  record(event: RunEvent): void {
    if (event.event === "node.progress") this.#steps.set(`${event.node} ${event.item}`, event);
    if (event.event !== "node.stored" && event.event !== "node.cached") return;
    const { node: id, item, key } = event;
    if (key === undefined || item >= maxItems) return;
    const node = this.#index.node(id);
    if (node.emitsLists) return;
    if (event.event === "node.cached") this.#showKept(node, item, key);
    else this.#showItem(node, item, key);
  }

  /** To be called with each preview of the run. */
  preview({ node, item, port, value, kind }: PreviewEvent): void {
    const spot = { node, item, port };
    const { step, steps } = this.#steps.get(`${node} ${item}`) ?? { step: 0, steps: 0 };
    this.#queue.addFrame(sizeOf(value), async () => {
      const { view, bytes } = await this.#render(spot, value, kind ?? this.#index.kindOf(node, port));
      const frame = bytes && this.#frames.due(node) ? { frame: bytes } : {};
      this.#show({ event: "node.preview", node, item, port, step, steps, view, ...frame });
    });
  }

  /** To be called after the run: queues what is still to be shown. */
  async showRest(): Promise<void> {
    for (const [id, keys] of await this.#index.keysNow()) {
      const node = this.#index.node(id);
      if (node.emitsLists) this.#queue.add(() => this.#showLists(node, keys));
      else for (let item = 0; item < keys.length && item < maxItems; item++) this.#showKept(node, item, keys[item]!);
    }
  }

  #showItem({ id: node, outputs }: IndexedNode, item: number, key: string): void {
    for (const { port, kind } of outputs)
      this.#queue.add(async () => {
        const spot = { node, item, port };
        const look = this.#isShown(spot) ? undefined : await this.#lookAt(spot, kind, { key, port, index: 0 });
        if (!look || !this.#note(spot)) return;
        const settings = this.#hasSettings(spot, look) ? await this.settings(spot) : {};
        this.#show({ event: "node.value", ...spot, view: look.view, ...settings });
      });
  }

  /** Kept values come by the thousand: they are shown in batches. */
  #showKept(node: IndexedNode, item: number, key: string): void {
    if (this.#kept.push({ node, item, key }) > 1) return;
    this.#queue.add(async () => {
      const kept = this.#kept;
      this.#kept = [];
      const batch = this.#openBatch();
      for (const { node, item, key } of kept) {
        for (const { port, kind } of node.outputs) {
          const spot = { node: node.id, item, port };
          const ref = { key, port, index: 0 };
          // Nothing is awaited where nothing need be: that would take longer than all the rest.
          const known = knownLook(this.#cache.atHand?.(key), kind, ref);
          const isPlain = known?.artifacts.length === 0;
          const look = isPlain ? known : this.#isShown(spot) ? undefined : await this.#lookAt(spot, kind, ref);
          if (!look || !this.#note(spot)) continue;
          const settings = this.#hasSettings(spot, look) ? await this.settings(spot) : undefined;
          const turn = addTo(batch, spot, look, settings);
          if (turn) await turn;
        }
      }
      batch.flush();
    });
  }

  #openBatch(): ValueBatch {
    return new ValueBatch((values) => this.#show({ event: "node.values", values }));
  }

  /** Lists concatenate in item order; if a part is not kept, what follows it has no number. */
  async #showLists({ id: node, outputs }: IndexedNode, keys: readonly string[]): Promise<void> {
    const batch = this.#openBatch();
    for (const { port, kind } of outputs) {
      let item = 0;
      for (const key of keys) {
        let index = 0;
        for (; item < maxItems; index++, item++) {
          const spot = { node, item, port };
          if (this.#isShown(spot)) continue;
          const look = await this.#lookAt(spot, kind, { key, port, index });
          if (!look) break;
          this.#note(spot);
          await addTo(batch, spot, look);
        }
        if (index === 0) break;
      }
    }
    batch.flush();
  }

  #isShown({ node, port, item }: ValueSpot): boolean {
    return this.#shown.has(`${node} ${port} ${item}`);
  }

  /** A value is shown now, and only now: false if it was shown before. */
  #note({ node, port, item }: ValueSpot): boolean {
    const before = this.#shown.size;
    return this.#shown.add(`${node} ${port} ${item}`).size > before;
  }

  /** How the value looks as one of that kind; undefined if there is no such value. */
  async #lookAt(spot: ValueSpot, kind: Kind, ref: ValueRef): Promise<Look | undefined> {
    const bytes = await this.#cache.get(ref.key);
    if (!bytes) return undefined;
    const known = knownLook(bytes, kind, ref);
    if (known) {
      // They may have gone since, with all runs that named them.
      for (const artifact of known.artifacts) await this.#artifacts.put(artifact);
      return known;
    }
    const value = await this.#read(ref);
    if (value === undefined) return undefined;
    const { view, alone, artifacts } = await this.#render(spot, value, kind);
    const look = { port: ref.port, index: ref.index, kind, view, json: JSON.stringify(view), artifacts };
    const size = artifacts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (alone && size <= bytes.byteLength) keepLook(bytes, look);
    return look;
  }

  /** What links put into parameters for the item, as a field of what is shown of it; without a field if they put nothing. */
  async settings({ node, item }: Pick<ValueSpot, "node" | "item">): Promise<SettingsField> {
    const settings = await this.#settings.of(node, item);
    return settings.length > 0 ? { settings } : {};
  }

  /** A picture is looked at with its seed; another value only beside the others of its node. */
  #hasSettings({ node }: ValueSpot, { view }: Look): boolean {
    return this.#settings.concern(node, view.kind !== "picture");
  }

  /** What the value of an output looks like. */
  async view(spot: ValueSpot, ref: ValueRef): Promise<View | undefined> {
    return (await this.#lookAt(spot, this.#index.kindOf(spot.node, spot.port), ref))?.view;
  }

  #render({ node, item }: ValueSpot, value: Value, kind: Kind): Promise<Rendered> {
    const source = async (of: string) => {
      const found = await this.#index.sourceOf(of, node, item);
      return found && this.#readSource({ ...found, index: 0 });
    };
    return renderView(value, kind, { artifacts: this.#artifacts, context: { source } });
  }
}

/** The JSON of a `ShownValue` with a view that is written already. */
function writeValue({ node, item, port }: ValueSpot, view: string, { settings }: SettingsField = {}): string {
  const more = settings ? `,"settings":${JSON.stringify(settings)}` : "";
  return `{"node":${JSON.stringify(node)},"item":${item},"port":${JSON.stringify(port)},"view":${view}${more}}`;
}

function addTo(batch: ValueBatch, spot: ValueSpot, { view, json }: Look, more?: SettingsField) {
  return batch.add(writeValue(spot, json, more), artifactsOfView(view));
}

/** How a value in an entry's bytes looks as one of that kind, if it was looked at before. */
function knownLook(bytes: Uint8Array | undefined, kind: Kind, ref: ValueRef): Look | undefined {
  const look = bytes && findLook(looks.get(bytes), ref);
  return look?.kind === kind ? look : undefined;
}

function findLook(all: readonly Look[] | undefined, { port, index }: ValueRef): Look | undefined {
  if (all) for (const look of all) if (look.index === index && look.port === port) return look;
  return undefined;
}

function keepLook(bytes: Uint8Array, look: Look): void {
  const others = looks.get(bytes)?.filter(({ port, index }) => port !== look.port || index !== look.index);
  looks.set(bytes, others ? [...others, look] : [look]);
}

/** Bytes of the tensors in a value, as far as they count. */
function sizeOf(value: Value): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0), 0);
}
