import { useMemo } from "react";
import { disconnect, type End, endOf } from "../document/edit.ts";
import { fittingSources } from "../document/links.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";

type Props = { readonly to: End; readonly label: string; readonly optional: boolean };

/** Chooses by keyboard what feeds an input: all outputs that fit it and close no cycle. */
export function LinkPicker({ to, label, optional }: Props) {
  const { workflow, offer, edits, naming } = useEditor();
  const { end } = useStore(naming, (shown) => shown);
  const present = useStore(workflow, ({ history }) => history.present);
  const catalogue = useStore(offer, (now) => now.catalogue);
  const { node, port } = to;
  const sources = useMemo(
    () => (catalogue.size > 0 ? fittingSources(present, { node, port }, edits.environment()) : []),
    [present, catalogue, node, port, edits],
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
        if (from) edits.link(from, to);
        else workflow.edit((now) => disconnect(now, to));
      }}
    >
      <option value="">{optional ? "not linked" : "not linked yet"}</option>
      {linked && !sources.includes(now) && <option value={now}>{end(now)} (does not fit)</option>}
      {sources.map((source) => (
        <option key={source} value={source}>
          {end(source)}
        </option>
      ))}
    </select>
  );
}
