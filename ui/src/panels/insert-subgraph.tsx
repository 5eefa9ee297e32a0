import { FileUp } from "lucide-react";
import { useRef } from "react";
import { useEditor } from "../editor/use-editor.ts";

/** Takes a subgraph from a file into what is open. */
export function InsertSubgraph() {
  const { subgraphs } = useEditor();
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <section className="panel-part" aria-label="Subgraph from a file">
      <button
        type="button"
        className="button"
        title="A file of a subgraph, or any workflow: it becomes a subgraph as a whole"
        onClick={() => chooser.current!.click()}
      >
        <FileUp size={14} aria-hidden />
        Insert a subgraph from a file
      </button>
      <input
        ref={chooser}
        type="file"
        hidden
        aria-label="File of a subgraph"
        accept=".json,application/json"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = "";
          if (file) void subgraphs.insert(file);
        }}
      />
    </section>
  );
}
