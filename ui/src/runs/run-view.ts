import {
  emptyRun,
  type ItemState,
  nodeState,
  PersistentList,
  PersistentMap,
  type RunView,
  reduce,
} from "@clipwork/engine";
import type { ItemSetting, LoggedEvent, RunOutput, ShownValue, View } from "@clipwork/server/wire";
import { shownIn } from "./inside.ts";

/** A picture or other view of what an item looked like after a step. */
export type Frame = { readonly item: number; readonly port: string; readonly step: number; readonly view: View };

/** A value of an item, with what links put into the parameters behind it. */
export type ShownItem = {
  readonly item: number;
  readonly port: string;
  readonly view: View;
  readonly settings?: readonly ItemSetting[];
};

/** What there is to see of a node in a run, in the order in which it came. */
export type NodeShow = {
  readonly frames: PersistentList<Frame>;
  /** The newest frame of each item, by its number. */
  readonly latest: PersistentMap<Frame>;
  readonly values: PersistentList<ShownItem>;
  readonly outputs: PersistentList<RunOutput>;
};

/** A run with what there is to see of it: the same events give the same, however late and in whatever portions they come. */
export type ShownRun = RunView & { readonly shows: PersistentMap<NodeShow> };

/** A run of which nothing is known but its name. */
export function newRun(run: string): ShownRun {
  return { ...emptyRun(run), shows: PersistentMap.empty() };
}

/** The state of a node in a run, or of all that is inside an instance. */
export function stateIn(run: ShownRun | undefined, id: string): ItemState | undefined {
  return nodeState(run && shownIn(run, id));
}

/** A node of which there is nothing to see. */
export const emptyShow: NodeShow = {
  frames: PersistentList.empty,
  latest: PersistentMap.empty(),
  values: PersistentList.empty,
  outputs: PersistentList.empty,
};

/** The run after one more event. One that is known already, or leaves a gap, changes nothing, as in `reduce`. */
export function heard(run: ShownRun, event: LoggedEvent): ShownRun {
  const next = reduce(run, event);
  if (next === run) return run;
  switch (event.event) {
    case "run.started":
      return { ...next, shows: PersistentMap.empty() };
    case "run.output": {
      const { output } = event;
      return show(next, output.node, ({ outputs }) => ({ outputs: outputs.push(output) }));
    }
    case "node.preview": {
      const { node, item, port, step, view } = event;
      const frame = { item, port, step, view };
      return show(next, node, ({ frames, latest }) => ({
        frames: frames.push(frame),
        latest: latest.with(String(item), frame),
      }));
    }
    case "node.value":
      return showValue(next, event);
    case "node.values":
      return event.values.reduce(showValue, next);
    default:
      return next;
  }
}

function showValue(run: ShownRun, { node, item, port, view, settings }: ShownValue): ShownRun {
  const value = { item, port, view, ...(settings ? { settings } : {}) };
  return show(run, node, ({ values }) => ({ values: values.push(value) }));
}

function show(run: ShownRun, id: string, more: (known: NodeShow) => Partial<NodeShow>): ShownRun {
  const known = run.shows.get(id) ?? emptyShow;
  return { ...run, shows: run.shows.with(id, { ...known, ...more(known) }) };
}
