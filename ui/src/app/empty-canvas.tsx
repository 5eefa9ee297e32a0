import { Boxes } from "lucide-react";
import { isBare } from "../document/notes.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { templatePicture } from "../server/artifact.ts";

/** How many templates are offered on an empty canvas. */
const most = 3;

/** What an empty canvas offers: how to add a node, and workflows to begin with. */
export function EmptyCanvas() {
  const { workflow, offer, files, screen } = useEditor();
  const isEmpty = useStore(workflow, ({ history }) => isBare(history.present));
  const templates = useStore(offer, (now) => now.templates);
  if (!isEmpty) return null;
  return (
    <div className="canvas-empty">
      <p>
        Double-click, or press <kbd>Tab</kbd>, to add the first node
      </p>
      {templates.length > 0 && <p className="muted">or begin with a workflow that runs</p>}
      <ul>
        {templates.slice(0, most).map(({ id, title, document }) => (
          <li key={id}>
            <button type="button" onClick={() => files.openDocument(document)}>
              <img src={templatePicture(id)} alt="" width={420} height={280} loading="lazy" />
              {title}
            </button>
          </li>
        ))}
      </ul>
      {templates.length > most && (
        <button type="button" className="button" onClick={() => screen.show({ dialog: "templates" })}>
          <Boxes size={14} aria-hidden />
          All {templates.length} templates
        </button>
      )}
    </div>
  );
}
