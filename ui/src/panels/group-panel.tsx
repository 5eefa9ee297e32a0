import { groupsOf } from "../document/groups.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { LookActions } from "./look-actions.tsx";
import { NodeActions } from "./node-actions.tsx";

/** A group whose members are selected. */
export function GroupPanel({ id }: { readonly id: string }) {
  const { workflow, naming } = useEditor();
  const group = useStore(workflow, ({ history }) => groupsOf(history.present).get(id));
  const nodes = useStore(workflow, ({ history }) => history.present.nodes);
  const { name } = useStore(naming, (now) => now);
  if (!group) return null;
  const { members, title } = group;
  const [first] = members;
  const mode = first === undefined ? undefined : nodes[first]?.mode;
  const shared = members.every((member) => nodes[member]?.mode === mode) ? mode : undefined;
  return (
    <section className="panel-part">
      <h2>{title || "Group"}</h2>
      <p className="muted">{members.map(name).join(", ")}</p>
      <NodeActions ids={members} mode={shared} runnable />
      <LookActions label="Group" offers={["rename", "collapse", "ungroup"]} />
      <p className="muted">
        Drag its title to move all. A card that is dropped in it joins, one that is dragged out leaves.
      </p>
    </section>
  );
}
