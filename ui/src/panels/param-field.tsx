import type { NodeJson, Param } from "@clipwork/engine";
import { paramSocketType } from "@clipwork/engine";
import { LayoutGrid, Link2, ListPlus, Lock, RefreshCw } from "lucide-react";
import { useState } from "react";
import { placeOf, setFresh, setParam } from "../document/edit.ts";
import { expose, exposedNameOf, unexpose } from "../document/expose.ts";
import { canSweep } from "../document/sweep.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { Field } from "../fields/field.tsx";
import { LinkPicker } from "./link-picker.tsx";

type Props = { readonly id: string; readonly node: NodeJson; readonly name: string; readonly param: Param };

/** A parameter of a node, with what feeds it and, for a seed, whether it changes after each run. */
export function ParamField({ id, node, name, param }: Props) {
  const { workflow, problems, naming, offer, screen } = useEditor();
  const title = useStore(naming, (now) => now.name(id));
  const problem = useStore(problems, ({ byNode }) => byNode.get(id))?.find(({ port }) => port === name);
  const fresh = useStore(workflow, ({ history }) => placeOf(history.present, id).fresh?.includes(name) === true);
  const linked = Object.hasOwn(node.inputs ?? {}, name);
  const [picking, setPicking] = useState(false);
  const own = Object.hasOwn(node.params ?? {}, name);
  const end = { node: id, port: name };
  const catalogue = useStore(offer, (now) => now.catalogue);
  const sweeps = useStore(
    workflow,
    ({ history }) => catalogue.has("image.sweep-grid") && canSweep(history.present, end, catalogue),
  );
  const exposed = useStore(workflow, ({ history }) => exposedNameOf(history.present, end));
  const extra = (
    <>
      {(!linked || exposed !== undefined) && (
        <button
          type="button"
          className="icon-button small"
          aria-pressed={exposed !== undefined}
          title={
            exposed === undefined
              ? "Expose it: in the workflow's form and at the command line"
              : `Exposed as “${exposed}”; press to expose it no longer`
          }
          onClick={() => workflow.edit((now) => (exposed === undefined ? expose(now, end) : unexpose(now, end)))}
        >
          <ListPlus size={13} aria-label={`Expose ${name}`} />
        </button>
      )}
      {param.kind === "seed" && !linked && (
        <button
          type="button"
          className="icon-button small"
          aria-pressed={fresh}
          title={fresh ? "A new seed after each run" : "Kept as it is"}
          onClick={() => workflow.edit((now) => setFresh(now, id, name, !fresh))}
        >
          {fresh ? <RefreshCw size={12} aria-label="New after each run" /> : <Lock size={12} aria-label="Kept" />}
        </button>
      )}
      {sweeps && (
        <button
          type="button"
          className="icon-button small"
          title="Sweep this…: a picture for each of several values, in a grid"
          onClick={() => screen.show({ sweep: end })}
        >
          <LayoutGrid size={12} aria-label={`Sweep ${name}`} />
        </button>
      )}
      {paramSocketType(param) && (
        <button
          type="button"
          className="icon-button small"
          aria-pressed={linked || picking}
          title="Feed it by a link"
          onClick={() => setPicking(!picking)}
        >
          <Link2 size={12} aria-label={`Feed ${name} by a link`} />
        </button>
      )}
    </>
  );
  return (
    <Field
      id={`field:${id}:${name}`}
      name={name}
      param={param}
      value={own ? node.params![name] : param.default}
      ends={[end]}
      own={own}
      problem={problem}
      extra={extra}
      {...(linked || picking ? { instead: <LinkPicker to={end} label={`${name} of ${title}`} optional /> } : {})}
      onChange={(value) => workflow.edit((now) => setParam(now, end, value), `${id}.${name}`)}
    />
  );
}
