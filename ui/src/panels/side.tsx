import { PanelRightClose, PanelRightOpen } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { sidePanels } from "./index.ts";
import { SideEdge, useNarrow } from "./side-edge.tsx";

/** The side panel, with a tab for each panel: beside the canvas, or a sheet below it in a narrow window. */
export function Side() {
  const { screen, sizes } = useEditor();
  const { beside, below } = useStore(sizes, (now) => now);
  const element = useRef<HTMLElement>(null);
  const isBelow = useNarrow();
  const side = useStore(screen, (now) => now.side);
  const folded = useStore(screen, (now) => now.folded === true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a panel that was folded away is another element.
  useLayoutEffect(() => {
    element.current?.style.setProperty("--beside", `${beside}px`);
    element.current?.style.setProperty("--below", `${100 * below}dvh`);
  }, [beside, below, folded]);
  const Panel = sidePanels.find(({ id }) => id === side)?.Panel;
  if (folded)
    return (
      <aside className="side" aria-label="Details and runs" data-folded>
        <button
          type="button"
          className="icon-button side-fold"
          title={"Show the panel (\\)"}
          onClick={() => screen.show({ folded: undefined })}
        >
          <PanelRightOpen size={16} aria-label="Show the panel" />
        </button>
        {isBelow && <SideTabs />}
      </aside>
    );
  return (
    <aside ref={element} className="side" aria-label="Details and runs">
      <SideEdge />
      <button
        type="button"
        className="icon-button side-fold"
        title={"Fold the panel away (\\)"}
        onClick={() => screen.show({ folded: true })}
      >
        <PanelRightClose size={16} aria-label="Fold the panel away" />
      </button>
      <SideTabs />
      <div className="side-body" id="side-body" role="tabpanel" aria-labelledby={`tab-${side}`}>
        {Panel && <Panel />}
      </div>
    </aside>
  );
}

function SideTabs() {
  const { screen } = useEditor();
  const side = useStore(screen, (now) => now.side);
  const folded = useStore(screen, (now) => now.folded === true);
  return (
    <div className="tabs" role="tablist">
      {sidePanels.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-selected={id === side}
          aria-controls={folded ? undefined : "side-body"}
          onClick={() => screen.show({ side: id, folded: undefined })}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
