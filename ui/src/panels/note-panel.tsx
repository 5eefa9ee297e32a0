import { Trash2 } from "lucide-react";
import { useEditor } from "../editor/use-editor.ts";
import { LookActions } from "./look-actions.tsx";

/** Selected notes. */
export function NotePanel({ count }: { readonly count: number }) {
  const { edits } = useEditor();
  return (
    <section className="panel-part">
      <h2>{count === 1 ? "Note" : `${count} notes`}</h2>
      <LookActions label="Notes" offers={[]} />
      <div className="actions">
        <button type="button" className="button" onClick={edits.removeSelected}>
          <Trash2 size={14} aria-hidden />
          Remove
        </button>
      </div>
      <p className="muted">
        Double-click to write. Markdown is understood: headings, bold, italic, code and lists; links are shown with
        their address.
      </p>
    </section>
  );
}
