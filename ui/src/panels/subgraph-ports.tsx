import type { DefinitionJson } from "@clipwork/engine";
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type PortSide, refusedName } from "../document/subgraph-ports.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";

type Props = { readonly id: string; readonly definition: DefinitionJson };

const lists = [
  { side: "inputs", title: "Inputs", none: "Nothing goes in yet." },
  { side: "outputs", title: "Outputs", none: "Nothing comes out yet." },
  {
    side: "exposed",
    title: "Parameters",
    none: "The sign beside a parameter inside puts it here, and on the cards of the subgraph.",
  },
] as const;

/** The ports of a subgraph and the parameters that it exposes: to be added, named, ordered and removed. Their types follow from what is inside. */
export function SubgraphPorts({ id, definition }: Props) {
  const { subgraphs } = useEditor();
  return lists.map(({ side, title, none }) => {
    const names = Object.keys(definition[side] ?? {});
    return (
      <section key={side} className="panel-part" aria-label={title}>
        <h3>{title}</h3>
        <ol className="port-list">
          {names.map((name, i) => (
            <PortRow key={name} {...{ id, definition, side, name }} first={i === 0} last={i === names.length - 1} />
          ))}
        </ol>
        {names.length === 0 && <p className="muted">{none}</p>}
        {side !== "exposed" && (
          <button type="button" className="button" onClick={() => subgraphs.addPort(id, side)}>
            <Plus size={14} aria-hidden />
            {side === "inputs" ? "Add an input" : "Add an output"}
          </button>
        )}
      </section>
    );
  });
}

type RowProps = Props & {
  readonly side: PortSide;
  readonly name: string;
  readonly first: boolean;
  readonly last: boolean;
};

function PortRow({ id, definition, side, name, first, last }: RowProps) {
  const { subgraphs, offer } = useEditor();
  const type = useStore(offer, ({ catalogue }) => catalogue.get(`subgraph.${id}`));
  const [typed, setTyped] = useState(name);
  const trouble = typed.trim() === name ? undefined : refusedName(definition, side, typed.trim());
  const kind = side === "exposed" ? type?.params[name]?.kind : type?.[side][name]?.type.kind;
  const take = () => {
    if (trouble === undefined && typed.trim() !== name) subgraphs.renamePort(id, side, name, typed.trim());
    else setTyped(name);
  };
  return (
    <li className="port-row">
      <span className="kind-dot" data-kind={kind} />
      <input
        className="input"
        data-draft
        aria-label={`Name of ${name}`}
        aria-invalid={trouble !== undefined}
        title={trouble}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={take}
        onKeyDown={({ key, currentTarget }) => {
          if (key === "Enter") currentTarget.blur();
          if (key === "Escape") setTyped(name);
        }}
      />
      <small className="muted">{kind === "variable" ? "any" : kind?.replaceAll("-", " ")}</small>
      <Tool label={`Move ${name} up`} disabled={first} onClick={() => subgraphs.movePort(id, side, name, -1)}>
        <ArrowUp size={14} aria-hidden />
      </Tool>
      <Tool label={`Move ${name} down`} disabled={last} onClick={() => subgraphs.movePort(id, side, name, 1)}>
        <ArrowDown size={14} aria-hidden />
      </Tool>
      <Tool label={`Remove ${name}`} onClick={() => subgraphs.renamePort(id, side, name)}>
        <X size={14} aria-hidden />
      </Tool>
      {trouble !== undefined && <small className="port-trouble">{trouble}</small>}
    </li>
  );
}

type ToolProps = { readonly label: string; readonly disabled?: boolean; readonly children: ReactNode; onClick(): void };

function Tool({ label, disabled = false, children, onClick }: ToolProps) {
  return (
    <button type="button" className="icon-button small" title={label} aria-label={label} {...{ disabled, onClick }}>
      {children}
    </button>
  );
}
