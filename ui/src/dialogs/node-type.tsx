import type { Param, Socket } from "@clipwork/engine";
import { useEditor, useStore } from "../editor/use-editor.ts";

/** A node type as the reference has it: what it does, and what each input, output and parameter is. */
export function NodeTypeEntry({ type }: { readonly type: string }) {
  const definition = useStore(useEditor().offer, ({ catalogue }) => catalogue.get(type));
  if (!definition) return null;
  const { title, summary, inputs, outputs, params } = definition;
  return (
    <details className="node-type">
      <summary>
        <strong>{title}</strong> <code>{type}</code>
        <span className="muted">{summary}</span>
      </summary>
      <Part title="Inputs" rows={Object.entries(inputs).map(([name, socket]) => socketRow(name, socket))} />
      <Part title="Outputs" rows={Object.entries(outputs).map(([name, socket]) => socketRow(name, socket))} />
      <Part title="Parameters" rows={Object.entries(params).map(([name, param]) => paramRow(name, param))} />
    </details>
  );
}

type Row = { readonly name: string; readonly kind: string; readonly about: string };

const socketRow = (name: string, { type, summary, list, optional }: Socket): Row => ({
  name,
  kind: [optional && "optional", list && "list of", type.kind].filter(Boolean).join(" "),
  about: summary,
});

const paramRow = (name: string, param: Param): Row => ({ name, kind: param.kind, about: param.summary });

function Part({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  if (rows.length === 0) return null;
  return (
    <section>
      <h4>{title}</h4>
      <dl>
        {rows.map(({ name, kind, about }) => (
          <div key={name}>
            <dt>
              <code>{name}</code> <small>{kind}</small>
            </dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
