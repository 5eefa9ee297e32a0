import type { TemplateJson } from "@clipwork/server/wire";
import { placeOf } from "../document/edit.ts";
import { artifact } from "../server/api.ts";
import { offer } from "../state/catalogue.ts";
import { openDocument } from "../state/files.ts";
import { useStore } from "../state/store.ts";

/** The shipped workflows, each with a picture of what it makes, or of how it is built. */
export function Templates() {
  const templates = useStore(offer, (now) => now.templates);
  return (
    <ul className="gallery">
      {templates.map((template) => (
        <li key={template.id}>
          <button type="button" onClick={() => openDocument(template.document)}>
            {template.picture ? (
              <img src={artifact(template.picture)} alt="" />
            ) : (
              <Sketch document={template.document} />
            )}
            <strong>{template.title}</strong>
            <span>{template.summary}</span>
          </button>
        </li>
      ))}
    </ul>
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
