import type { TemplateJson } from "@clipwork/server/wire";
import { useState } from "react";
import { placeOf } from "../document/edit.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";

/** The shipped workflows, each with a picture of what it makes, or of how it is built. */
export function Templates() {
  const { offer, files } = useEditor();
  const templates = useStore(offer, (now) => now.templates);
  return (
    <ul className="gallery">
      {templates.map((template) => (
        <li key={template.id}>
          <button type="button" onClick={() => files.openDocument(template.document)}>
            <TemplatePicture template={template} />
            <strong>{template.title}</strong>
            <span>{template.summary}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** A picture of what the template makes; where there is none, its shape. */
function TemplatePicture({ template: { id, document } }: { readonly template: TemplateJson }) {
  const [missing, setMissing] = useState(false);
  if (missing) return <Sketch document={document} />;
  return (
    <img
      src={`/templates/${encodeURIComponent(id)}.webp`}
      alt=""
      width={420}
      height={280}
      onError={() => setMissing(true)}
    />
  );
}

/** The shape of a workflow in small: where its nodes stand. */
function Sketch({ document }: Pick<TemplateJson, "document">) {
  const places = Object.entries(document.nodes).map(([id, { type }]) => ({ ...placeOf(document, id), id, type }));
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  const width = Math.max(...places.map(({ x }) => x)) + 240 - left;
  const height = Math.max(...places.map(({ y }) => y)) + 190 - top;
  return (
    <svg className="sketch" viewBox={`${left - 60} ${top - 60} ${width + 120} ${height + 120}`} aria-hidden="true">
      {places.map(({ x, y, id, type }) => (
        <rect key={id} data-group={type.split(".")[0]} x={x} y={y} width={230} height={170} rx={24} />
      ))}
    </svg>
  );
}
