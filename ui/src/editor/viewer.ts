import type { Kept } from "./kept.ts";
import type { Offer } from "./offer.ts";
import type { StoragePort } from "./ports.ts";
import type { Runs } from "./runs.ts";
import type { Compared, Look, Screen, ScreenState } from "./screen.ts";
import { seenInside } from "./seen-inside.ts";
import { createStore, type Readable } from "./store.ts";
import type { OpenWorkflow } from "./workflow.ts";

export type ViewerState = {
  /** Whether it stands beside the canvas, else it fills the window. */
  readonly docked: boolean;
  /** Of the docked one, in pixels. */
  readonly width: number;
  /** A picture that is to be compared with the next one that is chosen. */
  readonly marked?: Compared;
};

/** Where what a node made is looked at closely. How it stood last is remembered. */
export type Viewer = Readable<ViewerState> & {
  dock(docked: boolean): void;
  resize(width: number): void;
  /** Marks the picture that the next one is compared with, or none. Once nothing is looked at any more, none is. */
  mark(picture: Compared | undefined): void;
  /** Opens it on the selected node, else on the last picture of the document; closes it if it is open. */
  toggle(): void;
};

const key = "clipwork.viewer";
const widths = { least: 300, usual: 480, most: 1600 } as const;

type Needs = {
  readonly storage: Pick<StoragePort, "read" | "write">;
  readonly screen: Screen;
  readonly workflow: OpenWorkflow;
  readonly kept: Kept;
  readonly offer: Offer;
  readonly runs: Runs;
};

export function createViewer({ storage, screen, workflow, kept, offer, runs }: Needs): Viewer {
  const { get, set, listen } = createStore<ViewerState>(readState(storage.read(key)));
  const change = (more: Partial<ViewerState>) => {
    set((now) => ({ ...now, ...more }));
    const { docked, width } = get();
    storage.write(key, JSON.stringify({ docked, width }));
  };

  const mark: Viewer["mark"] = (picture) =>
    set(({ marked: _, ...now }) => (picture === undefined ? now : { ...now, marked: picture }));

  screen.listen(() => {
    if (get().marked && !screen.get().look) mark(undefined);
  });

  /** The selected node if it made something, else the last one with a result, else with anything to see. */
  function find(): Look | undefined {
    const { nodes } = workflow.present();
    const { selection } = workflow.get();
    const madeAt = (id: string) =>
      kept.get().at(seenInside(workflow.get(), id, offer.get().catalogue, runs.get().shown));
    const made = (ids: Iterable<string>) =>
      [...ids].flatMap((id) => madeAt(id) ?? []).filter(({ show }) => show.outputs.size + show.values.size > 0);
    const all = made(Object.keys(nodes).reverse());
    const [first = all.find(({ show }) => show.outputs.size > 0) ?? all[0]] = made(selection);
    return first && { run: first.run, node: first.node, item: 0 };
  }

  return {
    get,
    listen,
    dock: (docked) => change({ docked }),
    resize: (width) => change({ width: Math.min(widths.most, Math.max(widths.least, Math.round(width))) }),
    mark,
    toggle: () => screen.show({ look: screen.get().look ? undefined : find() }),
  };
}

function readState(text: string | undefined): ViewerState {
  const usual = { docked: false, width: widths.usual };
  try {
    const { docked, width } = JSON.parse(text ?? "{}") as Partial<ViewerState>;
    return { docked: docked === true, width: typeof width === "number" ? width : usual.width };
  } catch {
    // Another version wrote it.
    return usual;
  }
}

/** Whether something lies over the canvas, so that nothing outside it can be pressed. */
export function isCovered(
  { dialog, look, compare, paint, sweep, profile }: ScreenState,
  { docked }: ViewerState,
): boolean {
  return Boolean(dialog ?? compare ?? paint ?? sweep ?? profile ?? (docked ? undefined : look));
}
