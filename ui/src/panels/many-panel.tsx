import { LookActions } from "./look-actions.tsx";
import { NodeActions } from "./node-actions.tsx";

/** Several selected nodes. */
export function ManyPanel({ ids }: { readonly ids: ReadonlySet<string> }) {
  return (
    <section className="panel-part">
      <h2>{ids.size} nodes</h2>
      <NodeActions ids={[...ids]} mode={undefined} runnable />
      <LookActions label="Cards" offers={["group", "collapse"]} />
      <p className="muted">Drag one of them to move all. Links among them are kept when they are copied.</p>
    </section>
  );
}
