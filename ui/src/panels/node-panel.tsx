import { useEffect } from "react";
import { passesOn } from "../document/bypass.ts";
import { nodePacksDialog } from "../editor/node-packs.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { useNodeRun } from "../editor/use-node.ts";
import { seconds } from "../runs/words.ts";
import { DialogLink } from "./dialog-link.tsx";
import { LinkPicker } from "./link-picker.tsx";
import { LookActions } from "./look-actions.tsx";
import { NodeActions } from "./node-actions.tsx";
import { ParamField } from "./param-field.tsx";
import { ProblemList } from "./problem-list.tsx";
import { InstancePart } from "./subgraph-panel.tsx";

/** A node in full: what it does, what feeds it, its parameters, and how it did in the run. */
export function NodePanel({ id }: { readonly id: string }) {
  const { workflow, offer, screen, problems, naming } = useEditor();
  const { name: nameOf } = useStore(naming, (now) => now);
  const node = useStore(workflow, ({ history }) => history.present.nodes[id]);
  const catalogue = useStore(offer, (now) => now.catalogue);
  const wanted = useStore(screen, (now) => now.focusField);
  const faults = useStore(problems, ({ byNode }) => byNode.get(id));
  useEffect(() => {
    if (wanted?.node !== id) return;
    document.getElementById(`field:${id}:${wanted.port}`)?.focus();
    screen.show({ focusField: undefined });
  }, [wanted, id, screen]);
  if (!node) return null;
  const definition = catalogue.get(node.type);
  const inputs = Object.entries(definition?.inputs ?? {});
  const params = Object.entries(definition?.params ?? {});
  const elsewhere = faults?.filter(({ port }) => port === undefined || !params.some(([name]) => name === port)) ?? [];
  return (
    <>
      <section className="panel-part">
        <h2>{nameOf(id)}</h2>
        <p className="muted">{definition?.summary ?? "This server does not know this type of node."}</p>
        {definition?.origin !== undefined && (
          <p className="muted">
            From the node pack{" "}
            <DialogLink to={nodePacksDialog} about={packOf(definition.origin)}>
              {packOf(definition.origin)}
            </DialogLink>
          </p>
        )}
        <NodeActions ids={[id]} mode={node.mode} runnable={definition?.run !== undefined} />
        <LookActions label="Card" offers={["rename", "collapse", "group"]} />
        {node.mode === "bypass" && definition?.run && !passesOn(node, definition) && (
          <p className="field-problem" role="status">
            Bypassed, it has no linked input of the kind that it gives: nothing is passed on, and what needs it is left
            out.
          </p>
        )}
        <RunSummary id={id} />
        {elsewhere.length > 0 && <ProblemList list={elsewhere} />}
      </section>
      <InstancePart id={id} />
      {inputs.length > 0 && (
        <section className="panel-part">
          <h3>Inputs</h3>
          {inputs.map(([port, socket]) => (
            <div key={port} className="input-row" title={socket.summary}>
              <span className="kind-dot" data-kind={socket.type.kind} />
              <span>{port}</span>
              <LinkPicker to={{ node: id, port }} label={`${port} of ${nameOf(id)}`} optional={socket.optional} />
            </div>
          ))}
        </section>
      )}
      {params.length > 0 && (
        <section className="panel-part">
          <h3>Parameters</h3>
          {params.map(([name, param]) => (
            <ParamField key={name} id={id} node={node} name={name} param={param} />
          ))}
        </section>
      )}
    </>
  );
}

/** The name in `name@version sha256:…`. */
function packOf(origin: string): string {
  const [known = ""] = origin.split(" ");
  return known.slice(0, known.lastIndexOf("@"));
}

function RunSummary({ id }: { readonly id: string }) {
  const { naming } = useEditor();
  const { name, sentence } = useStore(naming, (now) => now);
  const { run, state } = useNodeRun(id);
  if (!run || !state) return null;
  const { ms } = run;
  const items = run.items.size;
  return (
    <div className="run-summary" data-state={state}>
      <span>
        {state}
        {ms === undefined ? "" : ` in ${seconds(ms)}`}
        {items > 1 ? `, ${items} items` : ""}
      </span>
      {run.failure && <p>{sentence(`${run.failure.message} ${run.failure.remedy ?? ""}`)}</p>}
      {run.because && <p>Skipped, since {name(run.because)} failed.</p>}
      {[...run.notices].map((notice) => (
        <p key={notice}>{sentence(notice)}</p>
      ))}
    </div>
  );
}
