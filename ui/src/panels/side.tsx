import { useStore } from "../state/store.ts";
import { show, type Ui, ui } from "../state/ui.ts";
import { Inspector } from "./inspector.tsx";
import { Outline } from "./outline.tsx";
import { RunsPanel } from "./runs-panel.tsx";

const tabs: readonly { readonly side: Ui["side"]; readonly label: string }[] = [
  { side: "node", label: "Details" },
  { side: "runs", label: "Runs" },
  { side: "outline", label: "Outline" },
];

/** The panel at the side: details of what is chosen, runs, or the outline. */
export function Side() {
  const side = useStore(ui, (now) => now.side);
  return (
    <aside className="side" aria-label="Details and runs">
      <div className="tabs" role="tablist">
        {tabs.map((tab) => (
          <button
            key={tab.side}
            type="button"
            role="tab"
            id={`tab-${tab.side}`}
            aria-selected={tab.side === side}
            aria-controls="side-body"
            onClick={() => show({ side: tab.side })}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div className="side-body" id="side-body" role="tabpanel" aria-labelledby={`tab-${side}`}>
        {side === "node" ? <Inspector /> : side === "runs" ? <RunsPanel /> : <Outline />}
      </div>
    </aside>
  );
}
