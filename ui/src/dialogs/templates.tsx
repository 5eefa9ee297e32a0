import type { TemplateJson } from "@clipwork/server/wire";
import { useState } from "react";
import { firstSentence, groupTemplates } from "../document/template-groups.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { templatePicture } from "../server/artifact.ts";
import { Sketch } from "./sketch.tsx";

/** The shipped workflows by what they are for, each with a picture of what it makes, or of how it is built. */
export function Templates() {
  const templates = useStore(useEditor().offer, (now) => now.templates);
  const [words, setWords] = useState("");
  const groups = groupTemplates(templates, words);
  return (
    <>
      <input
        type="search"
        className="input"
        aria-label="Search templates"
        placeholder="Search by title, file name or what it does"
        value={words}
        onChange={({ target }) => setWords(target.value)}
      />
      {groups.map(({ name, templates }) => (
        <section key={name}>
          <h3>{name}</h3>
          <ul className="gallery">
            {templates.map((template) => (
              <TemplateCard key={template.id} template={template} />
            ))}
          </ul>
        </section>
      ))}
      {groups.length === 0 && <p className="muted">No template has these words.</p>}
    </>
  );
}

function TemplateCard({ template }: { readonly template: TemplateJson }) {
  const { files } = useEditor();
  const { id, title, summary, document } = template;
  return (
    <li>
      <button type="button" title={summary} onClick={() => files.openDocument(document)}>
        <TemplatePicture template={template} />
        <strong>{title}</strong>
        <code>{id}</code>
        <span>{firstSentence(summary)}</span>
      </button>
    </li>
  );
}

/** A picture of what the template makes; its shape if there is none. */
function TemplatePicture({ template: { id, document } }: { readonly template: TemplateJson }) {
  const [missing, setMissing] = useState(false);
  if (missing) return <Sketch document={document} />;
  return (
    <img src={templatePicture(id)} alt="" width={420} height={280} loading="lazy" onError={() => setMissing(true)} />
  );
}
