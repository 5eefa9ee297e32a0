import { useEditor, useStore } from "../editor/use-editor.ts";
import { sidePanels } from "./index.ts";

/** The side panel, with a tab for each panel. */
export function Side() {
  const { screen } = useEditor();
  const side = useStore(screen, (now) => now.side);
  const Panel = sidePanels.find(({ id }) => id === side)?.Panel;
  return (
    <aside className="side" aria-label="Details and runs">
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
