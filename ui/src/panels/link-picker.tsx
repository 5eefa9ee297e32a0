import { fits, type WorkflowJson } from "@clipwork/engine";
import { useMemo } from "react";
import { disconnect, type End, endOf } from "../document/edit.ts";
import { socketTypes, wouldCircle } from "../document/links.ts";
import { link } from "../state/actions.ts";
import { offer } from "../state/catalogue.ts";
import { edit, editor } from "../state/editor.ts";
import { environment } from "../state/environment.ts";
import { useStore } from "../state/store.ts";

type Props = { readonly to: End; readonly label: string; readonly optional: boolean };

/** Chooses by keyboard what feeds an input: all outputs that fit it and close no circle. */
export function LinkPicker({ to, label, optional }: Props) {
  const present = useStore(editor, ({ history }) => history.present);
  const catalogue = useStore(offer, (now) => now.catalogue);
  const { node, port } = to;
  const sources = useMemo(
    () => (catalogue.size > 0 ? fitting(present, { node, port }) : []),
    [present, catalogue, node, port],
  );
  const now = present.nodes[to.node]?.inputs?.[to.port];
  const linked = typeof now === "string";
  return (
    <select
      className="input link-picker"
      aria-label={`What feeds ${label}`}
      data-linked={linked || undefined}
      value={linked ? now : ""}
      onChange={({ target }) => {
        const from = endOf(target.value);
        if (from) link(from, to);
        else edit((workflow) => disconnect(workflow, to));
      }}
    >
      <option value="">{optional ? "not linked" : "not linked yet"}</option>
      {linked && !sources.includes(now) && <option value={now}>{now} (does not fit)</option>}
      {sources.map((source) => (
        <option key={source}>{source}</option>
      ))}
    </select>
  );
}

function fitting(workflow: WorkflowJson, to: End): string[] {
  const known = environment();
  const types = socketTypes(workflow, known);
  const needs = types.input(to);
  if (!needs) return [];
  const circle = wouldCircle(workflow, { ...to, side: "input" });
  return Object.entries(workflow.nodes).flatMap(([node, { type }]) => {
    if (circle.has(node)) return [];
    return Object.keys(known.catalogue.get(type)?.outputs ?? {}).flatMap((port) => {
      const has = types.output({ node, port });
      return has && fits(has, needs) ? [`${node}.${port}`] : [];
    });
  });
}
