import type { TemplateJson } from "@clipwork/server/wire";
import { useState } from "react";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { Sketch } from "./sketch.tsx";

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

/** A picture of what the template makes; its shape if there is none. */
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
