import { Dialogs } from "../dialogs/dialogs.tsx";
import { Messages } from "../dialogs/messages.tsx";
import { PaintDialog } from "../dialogs/paint.tsx";
import { SearchPalette } from "../dialogs/search-palette.tsx";
import { SweepDialog } from "../dialogs/sweep.tsx";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { isCovered } from "../editor/viewer.ts";
import { titleOf } from "../editor/workflow.ts";
import { Canvas } from "../graph/canvas.tsx";
import { ContextMenu } from "../menus/context-menu.tsx";
import { Side } from "../panels/side.tsx";
import { ProfileDialog } from "../profile/profile-dialog.tsx";
import { CompareDialog } from "../viewer/compare.tsx";
import { ViewerDialog } from "../viewer/viewer.tsx";
import { BackToContent } from "./back-to-content.tsx";
import { Behind } from "./behind.tsx";
import { Breadcrumb } from "./breadcrumb.tsx";
import { DoingBar } from "./doing.tsx";
import { EmptyCanvas } from "./empty-canvas.tsx";
import { MinimapPanel } from "./minimap.tsx";
import { ResultPeek } from "./result-peek.tsx";
import { TabStrip } from "./tab-strip.tsx";
import { TopBar } from "./top-bar.tsx";
import { ZoomBar } from "./zoom-bar.tsx";

/** The whole page. */
export function App() {
  const { runs, screen, viewer } = useEditor();
  const docking = useStore(viewer, (now) => now);
  // An open dialog has its own messages: nothing outside it can be pressed.
  const covered = useStore(screen, (now) => isCovered(now, docking));
  return (
    <div className="app">
      <TopBar />
      <TabStrip />
      <main className="work">
        <Heading />
        <Canvas />
        <EmptyCanvas />
        <Breadcrumb />
        <Behind />
        <DoingBar />
        <BackToContent />
        <ResultPeek />
        <ZoomBar />
        <MinimapPanel />
        <LinkHint />
        <DropHint />
      </main>
      <Side />
      <SearchPalette />
      <ContextMenu />
      <Dialogs />
      <ViewerDialog />
      <CompareDialog />
      <ProfileDialog />
      <PaintDialog />
      <SweepDialog />
      {!covered && <Messages />}
      <p className="spoken" role="status" aria-live="polite">
        {useStore(runs, ({ spoken }) => spoken)}
      </p>
    </div>
  );
}

/** What the page is about, for those who go from heading to heading. */
function Heading() {
  const title = useStore(useEditor().workflow, ({ history }) => titleOf(history.present));
  return (
    <h1 className="spoken" dir="auto">
      {title}
    </h1>
  );
}

function LinkHint() {
  const { screen, naming } = useEditor();
  const hint = useStore(screen, (now) => now.hint);
  const { sentence } = useStore(naming, (now) => now);
  return (
    <p className="link-hint" role="status" aria-live="polite" hidden={hint === undefined}>
      {hint && sentence(hint)}
    </p>
  );
}

function DropHint() {
  return useStore(useEditor().screen, ({ dropping }) => dropping) ? (
    <p className="drop-hint">
      <span>Drop a workflow (JSON, or a PNG that Clipwork made) to open it, or a picture to use it</span>
    </p>
  ) : null;
}
