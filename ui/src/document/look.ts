import { type CardLook, presentationLimits, readCardLook, type WorkflowJson } from "@clipwork/engine";
import { placeOf } from "./edit.ts";

/** What was read of each entry: every card asks for every part at every change. */
const known = new WeakMap<object, CardLook>();

/** How the card of the node looks: its own title, colour and width, and whether it is collapsed. */
export function lookOf(workflow: WorkflowJson, id: string): CardLook {
  const entry = workflow.layout?.[id];
  if (typeof entry !== "object" || entry === null) return readCardLook(entry, id);
  const look = known.get(entry) ?? readCardLook(entry, id);
  known.set(entry, look);
  return look;
}

type Change = {
  readonly title?: string | undefined;
  readonly colour?: CardLook["colour"] | undefined;
  readonly width?: number | undefined;
  readonly collapsed?: boolean | undefined;
};

/** The workflow with the cards looking otherwise; `undefined`, an empty title and `false` take a field away. `nodes` stays the same object. */
export function setLook(workflow: WorkflowJson, ids: Iterable<string>, change: Change): WorkflowJson {
  const layout: { [id: string]: unknown } = { ...workflow.layout };
  const bounded = withinLimits(change);
  let changed = false;
  for (const id of ids) {
    const next = Object.entries({ ...placeOf(workflow, id), ...bounded }).filter(([, value]) => value !== undefined);
    const entry = Object.fromEntries(next);
    if (JSON.stringify(entry) === JSON.stringify(workflow.layout?.[id])) continue;
    layout[id] = entry;
    changed = true;
  }
  return changed ? { ...workflow, layout } : workflow;
}

function withinLimits(change: Change): Change {
  const { title, width, collapsed } = change;
  const { least, most } = presentationLimits.cardWidth;
  return {
    ...change,
    ...("title" in change && { title: titleFrom(title ?? "") || undefined }),
    ...(width !== undefined && { width: Math.round(Math.min(most, Math.max(least, width))) }),
    ...("collapsed" in change && { collapsed: collapsed || undefined }),
  };
}

/** What was typed as a title: one line, no longer than titles may be. */
export function titleFrom(typed: string): string {
  return typed.replaceAll(/\s+/g, " ").trim().slice(0, presentationLimits.title);
}
