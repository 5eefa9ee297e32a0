import type { WorkflowSummary } from "@clipwork/server/wire";
import { FileUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useEditor } from "../editor/use-editor.ts";

/** Opens a workflow that the server keeps, or a file of the user's. */
export function OpenDialog() {
  const { files, screen } = useEditor();
  const [list, setList] = useState<readonly WorkflowSummary[]>();
  const chooser = useRef<HTMLInputElement>(null);
  useEffect(() => void files.listSaved().then(setList), [files]);
  const take = (file: File | undefined) => {
    if (!file) return;
    screen.show({ dialog: undefined });
    void files.openFile(file);
  };
  return (
    <>
      <button type="button" className="button" onClick={() => chooser.current!.click()}>
        <FileUp size={14} aria-hidden />A file: JSON, or a PNG that Clipwork made
      </button>
      <input
        ref={chooser}
        type="file"
        hidden
        accept=".json,application/json,image/png"
        onChange={({ target }) => take(target.files?.[0])}
      />
      <h3>Saved on the server</h3>
      {list?.length === 0 && <p className="muted">Nothing yet. Ctrl+S saves the workflow that is open.</p>}
      <ul className="saved-list">
        {list?.map(({ id, title, updated, revision }) => (
          <li key={id}>
            <button type="button" onClick={() => void files.openSaved(id)}>
              <strong>{title}</strong>
              <small>
                {new Date(updated).toLocaleString()}, revision {revision}
              </small>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
