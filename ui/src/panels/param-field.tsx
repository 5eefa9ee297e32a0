import type { NodeJson, Param } from "@clipwork/engine";
import { paramSocketType } from "@clipwork/engine";
import { Link2, Lock, RefreshCw } from "lucide-react";
import { useState } from "react";
import { placeOf, setParam, setPlace } from "../document/edit.ts";
import { Field } from "../fields/field.tsx";
import { edit, editor, problems } from "../state/editor.ts";
import { useStore } from "../state/store.ts";
import { LinkPicker } from "./link-picker.tsx";

type Props = { readonly id: string; readonly node: NodeJson; readonly name: string; readonly param: Param };

/** A parameter of a node, with what feeds it and, for a seed, whether it changes after each run. */
export function ParamField({ id, node, name, param }: Props) {
  const problem = useStore(problems, ({ byNode }) => byNode.get(id))?.find(({ port }) => port === name);
  const fresh = useStore(editor, ({ history }) => placeOf(history.present, id).fresh?.includes(name) === true);
  const linked = Object.hasOwn(node.inputs ?? {}, name);
  const [picking, setPicking] = useState(false);
  const own = Object.hasOwn(node.params ?? {}, name);
  const extra = (
    <>
      {param.kind === "seed" && !linked && (
        <button
          type="button"
          className="icon-button small"
          aria-pressed={fresh}
          title={fresh ? "A new seed after each run" : "Kept as it is"}
          onClick={() => edit((workflow) => setFresh(workflow, id, name, !fresh))}
        >
          {fresh ? <RefreshCw size={12} aria-label="New after each run" /> : <Lock size={12} aria-label="Kept" />}
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
      own={own}
      problem={problem}
      extra={extra}
      {...(linked || picking
        ? { instead: <LinkPicker to={{ node: id, port: name }} label={`${name} of ${id}`} optional /> }
        : {})}
      onChange={(value) => edit((workflow) => setParam(workflow, { node: id, port: name }, value), `${id}.${name}`)}
    />
  );
}

function setFresh(workflow: Parameters<typeof setPlace>[0], id: string, name: string, on: boolean) {
  const before = placeOf(workflow, id).fresh ?? [];
  return setPlace(workflow, id, { fresh: on ? [...before, name] : before.filter((other) => other !== name) });
}
