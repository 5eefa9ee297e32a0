import type { Hash, WorkflowSummary } from "@clipwork/server/wire";
import { CopyPlus, History, Pencil, Trash2, Workflow } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useEditor, useStore, useWhyNot } from "../editor/use-editor.ts";
import { agoText } from "../runs/words.ts";
import { artifact } from "../server/artifact.ts";

type Props = { readonly document: WorkflowSummary; onChanged(): void; onHistory(): void };

/** A document with its newest picture. */
export function DocumentCard({ document, onChanged, onHistory }: Props) {
  const { library, files, tabs } = useEditor();
  const { id, title, updated, revision } = document;
  const isOpen = useStore(tabs, ({ list }) => list.some((tab) => tab.id === id));
  const [picture, setPicture] = useState<Hash>();
  const refused = useWhyNot("edit");
  const [naming, setNaming] = useState(false);
  useEffect(() => {
    let here = true;
    void library.picture(id).then((hash) => here && setPicture(hash));
    return () => {
      here = false;
    };
  }, [library, id]);
  const rename = async (name: string) => {
    setNaming(false);
    if (name !== "" && name !== title && (await library.rename(id, name))) onChanged();
  };
  return (
    <li className="document-card">
      <button type="button" className="document-open" title={`Open ${title}`} onClick={() => void files.openSaved(id)}>
        <span className="document-picture">
          {picture === undefined ? <Workflow size={28} aria-hidden /> : <img src={artifact(picture)} alt="" />}
          {isOpen && <span className="document-badge">Open</span>}
        </span>
        {!naming && <strong>{title}</strong>}
        <span>
          {agoText(updated, Date.now())} · version {revision}
        </span>
      </button>
      {naming && <NameField title={title} onDone={(name) => void rename(name)} />}
      <span className="document-tools" role="toolbar" aria-label={`Of ${title}`}>
        <button
          type="button"
          className="icon-button small"
          title={refused ?? "Rename"}
          disabled={refused !== undefined}
          onClick={() => setNaming(true)}
        >
          <Pencil size={14} aria-label={`Rename ${title}`} />
        </button>
        <button
          type="button"
          className="icon-button small"
          title={refused ?? "Duplicate"}
          disabled={refused !== undefined}
          onClick={() => void library.duplicate(id).then((is) => is && onChanged())}
        >
          <CopyPlus size={14} aria-label={`Duplicate ${title}`} />
        </button>
        <button type="button" className="icon-button small" title="Versions" onClick={onHistory}>
          <History size={14} aria-label={`Versions of ${title}`} />
        </button>
        <button
          type="button"
          className="icon-button small"
          title={refused ?? "Delete"}
          disabled={refused !== undefined}
          onClick={() => void library.remove(document, onChanged).then((is) => is && onChanged())}
        >
          <Trash2 size={14} aria-label={`Delete ${title}`} />
        </button>
      </span>
    </li>
  );
}

function NameField({ title, onDone }: { readonly title: string; onDone(name: string): void }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <input
      ref={field}
      className="input document-name"
      aria-label={`New title of ${title}`}
      defaultValue={title}
      maxLength={200}
      onBlur={({ target }) => onDone(target.value.trim())}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key !== "Escape") return;
        // The dialog would close.
        event.preventDefault();
        event.stopPropagation();
        onDone(title);
      }}
    />
  );
}
