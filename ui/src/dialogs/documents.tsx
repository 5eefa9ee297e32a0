import type { WorkflowSummary } from "@clipwork/server/wire";
import { FileUp } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useEditor } from "../editor/use-editor.ts";
import { DocumentCard } from "./document-card.tsx";
import { VersionHistory } from "./version-history.tsx";

/** Milliseconds without a key after which a search begins. */
const pauseMs = 150;

/** All documents that the server keeps: to find, open, rename, duplicate, delete, and to look into their history. */
export function Documents() {
  const { library, files, screen } = useEditor();
  const [words, setWords] = useState("");
  const [list, setList] = useState<readonly WorkflowSummary[]>();
  const [next, setNext] = useState<string>();
  const [history, setHistory] = useState<WorkflowSummary>();
  const chooser = useRef<HTMLInputElement>(null);
  const asked = useRef(0);
  const load = useCallback(
    async (before?: string) => {
      const number = ++asked.current;
      const page = await library.list(words, before);
      if (!page || number !== asked.current) return;
      setList((now) => (before === undefined ? page.items : [...(now ?? []), ...page.items]));
      setNext(page.next);
    },
    [library, words],
  );
  useEffect(() => {
    const timer = setTimeout(() => void load(), asked.current === 0 ? 0 : pauseMs);
    return () => clearTimeout(timer);
  }, [load]);
  const take = (file: File | undefined) => {
    if (!file) return;
    screen.show({ dialog: undefined });
    void files.openFile(file);
  };
  if (history) return <VersionHistory document={history} onBack={() => setHistory(undefined)} />;
  return (
    <>
      <div className="documents-bar">
        <input
          type="search"
          className="input"
          aria-label="Search documents"
          placeholder="Search by title"
          value={words}
          onChange={({ target }) => setWords(target.value)}
        />
        <button type="button" className="button" onClick={() => chooser.current!.click()}>
          <FileUp size={14} aria-hidden />
          Open a file
        </button>
        <input
          ref={chooser}
          type="file"
          hidden
          accept=".json,application/json,image/png"
          onChange={({ target }) => take(target.files?.[0])}
        />
      </div>
      {list?.length === 0 && (
        <p className="muted documents-empty">
          {words === "" ? "Nothing yet. What you build is kept here by itself." : "No document has these words."}
        </p>
      )}
      <ul className="gallery documents">
        {list?.map((document) => (
          <DocumentCard
            key={document.id}
            document={document}
            onChanged={() => void load()}
            onHistory={() => setHistory(document)}
          />
        ))}
      </ul>
      {next !== undefined && (
        <button type="button" className="button" onClick={() => void load(next)}>
          Older documents
        </button>
      )}
    </>
  );
}
