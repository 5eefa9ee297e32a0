import { X } from "lucide-react";
import { CompareDialog } from "../dialogs/compare.tsx";
import { Dialogs } from "../dialogs/dialogs.tsx";
import { LookDialog } from "../dialogs/look.tsx";
import { SearchPalette } from "../dialogs/search-palette.tsx";
import { Canvas } from "../graph/canvas.tsx";
import { canvas } from "../graph/canvas-store.ts";
import { Side } from "../panels/side.tsx";
import { announcement } from "../state/announce.ts";
import { dropping } from "../state/outside.ts";
import { useStore } from "../state/store.ts";
import { dismiss, toasts } from "../state/toast.ts";
import { ui } from "../state/ui.ts";
import { TopBar } from "./top-bar.tsx";

/** The whole page. */
export function App() {
  return (
    <div className="app">
      <TopBar />
      <main className="work">
        <Canvas />
        <ZoomBar />
        <LinkHint />
        <DropHint />
      </main>
      <Side />
      <SearchPalette />
      <Dialogs />
      <LookDialog />
      <CompareDialog />
      <Toasts />
      <p className="spoken" role="status" aria-live="polite">
        {useStore(announcement, (now) => now)}
      </p>
    </div>
  );
}

function ZoomBar() {
  const scale = useStore(canvas, (now) => Math.round(now.scale * 100));
  return (
    <div className="zoom-bar" role="toolbar" aria-label="Zoom">
      <button
        type="button"
        title="Zoom out (-)"
        aria-label="Zoom out"
        onClick={() => void canvas.get().view?.zoomBy(0.8)}
      >
        −
      </button>
      <button type="button" title="Show everything (.)" onClick={() => void canvas.get().view?.fit()}>
        {scale} %
      </button>
      <button
        type="button"
        title="Zoom in (+)"
        aria-label="Zoom in"
        onClick={() => void canvas.get().view?.zoomBy(1.25)}
      >
        +
      </button>
    </div>
  );
}

function LinkHint() {
  const hint = useStore(ui, (now) => now.hint);
  return (
    <p className="link-hint" role="status" aria-live="polite" hidden={!hint}>
      {hint?.text}
    </p>
  );
}

function DropHint() {
  return useStore(dropping, (now) => now) ? (
    <p className="drop-hint">Drop a workflow (JSON, or a PNG that Clipwork made) to open it, or a picture to use it</p>
  ) : null;
}

function Toasts() {
  const list = useStore(toasts, (now) => now);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {list.map(({ id, tone, text, more, action }) => (
        <div key={id} className="toast" data-tone={tone}>
          <p>
            {text}
            {more && <small>{more}</small>}
          </p>
          {action && (
            <button type="button" className="text-button" onClick={action.run}>
              {action.label}
            </button>
          )}
          <button type="button" className="icon-button small" title="Dismiss" onClick={() => dismiss(id)}>
            <X size={14} aria-label="Dismiss" />
          </button>
        </div>
      ))}
    </div>
  );
}
