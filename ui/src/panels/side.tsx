import { PanelRightClose, PanelRightOpen } from "lucide-react";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { sidePanels } from "./index.ts";

/** The side panel, with a tab for each panel. */
export function Side() {
  const { screen } = useEditor();
  const side = useStore(screen, (now) => now.side);
  const folded = useStore(screen, (now) => now.folded === true);
  const Panel = sidePanels.find(({ id }) => id === side)?.Panel;
  if (folded)
    return (
      <aside className="side" aria-label="Details and runs" data-folded>
        <button
          type="button"
          className="icon-button"
          title="Show the panel (\\)"
          onClick={() => screen.show({ folded: undefined })}
        >
          <PanelRightOpen size={16} aria-label="Show the panel" />
        </button>
      </aside>
    );
  return (
    <aside className="side" aria-label="Details and runs">
      <button
        type="button"
        className="icon-button side-fold"
        title="Fold the panel away (\\)"
        onClick={() => screen.show({ folded: true })}
      >
        <PanelRightClose size={16} aria-label="Fold the panel away" />
      </button>
      <div className="tabs" role="tablist">
        {sidePanels.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={id === side}
            aria-controls="side-body"
            onClick={() => screen.show({ side: id })}
          >
            {label}
          </button>
        ))}
      </div>
      <div className="side-body" id="side-body" role="tabpanel" aria-labelledby={`tab-${side}`}>
        {Panel && <Panel />}
      </div>
    </aside>
  );
}
