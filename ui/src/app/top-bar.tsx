import {
  Boxes,
  CircleHelp,
  Download,
  FilePlus2,
  FolderOpen,
  Moon,
  Play,
  Redo2,
  Save,
  Square,
  Sun,
  Undo2,
} from "lucide-react";
import { setTitle } from "../document/edit.ts";
import { runProgress } from "../runs/run-view.ts";
import { newWorkflow } from "../state/actions.ts";
import { edit, editor, redoEdit, undoEdit } from "../state/editor.ts";
import { downloadWorkflow, keptOf, saveWorkflow } from "../state/files.ts";
import { describeOutlook, outlook } from "../state/outlook.ts";
import { cancelRun, running, runs, submitRun } from "../state/runs.ts";
import { useStore } from "../state/store.ts";
import { theme, toggleTheme } from "../state/theme.ts";
import { show } from "../state/ui.ts";

/** The document's name, what can be done with the whole of it, and Run. */
export function TopBar() {
  const title = useStore(editor, ({ history }) => history.present.meta?.title ?? "");
  const canUndo = useStore(editor, ({ history }) => history.past.length > 0);
  const canRedo = useStore(editor, ({ history }) => history.future.length > 0);
  const kept = useStore(editor, keptOf);
  const dark = useStore(theme, (now) => now === "dark");
  return (
    <header className="top-bar">
      <span className="wordmark" aria-hidden>
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
          <rect x="1" y="1" width="8" height="8" rx="2.5" />
          <rect x="11" y="11" width="8" height="8" rx="2.5" />
          <path d="M9 5h3.5A2.5 2.5 0 0 1 15 7.500V11" />
        </svg>
        Clipwork
      </span>
      <span className="title-box">
        <input
          className="title"
          aria-label="Title of the workflow"
          value={title}
          placeholder="Untitled"
          onChange={({ target }) => edit((workflow) => setTitle(workflow, target.value), "title")}
        />
        <span
          className="saved-mark"
          title={kept === "saved" ? "Saved on the server" : "Not saved on the server; kept in this browser"}
        >
          {kept}
        </span>
      </span>
      <nav className="bar-group" aria-label="Document">
        <IconButton icon={<FilePlus2 size={16} />} label="New workflow" onClick={newWorkflow} />
        <IconButton icon={<Boxes size={16} />} label="Templates" onClick={() => show({ dialog: "templates" })} />
        <IconButton icon={<FolderOpen size={16} />} label="Open (Ctrl+O)" onClick={() => show({ dialog: "open" })} />
        <IconButton icon={<Save size={16} />} label="Save (Ctrl+S)" onClick={() => void saveWorkflow()} />
        <IconButton icon={<Download size={16} />} label="Download as JSON" onClick={downloadWorkflow} />
      </nav>
      <div className="bar-group" role="toolbar" aria-label="History">
        <IconButton icon={<Undo2 size={16} />} label="Undo (Ctrl+Z)" disabled={!canUndo} onClick={undoEdit} />
        <IconButton icon={<Redo2 size={16} />} label="Redo (Ctrl+Shift+Z)" disabled={!canRedo} onClick={redoEdit} />
      </div>
      <span className="bar-space" />
      <NextRun />
      <RunState />
      <div className="bar-group" role="toolbar" aria-label="View">
        <IconButton
          icon={dark ? <Sun size={16} /> : <Moon size={16} />}
          label={dark ? "Light theme" : "Dark theme"}
          onClick={toggleTheme}
        />
        <IconButton
          icon={<CircleHelp size={16} />}
          label="Shortcuts (?)"
          onClick={() => show({ dialog: "shortcuts" })}
        />
      </div>
      <RunButton />
    </header>
  );
}

type IconButtonProps = {
  readonly icon: React.ReactNode;
  readonly label: string;
  readonly disabled?: boolean;
  onClick(): void;
};

function IconButton({ icon, label, disabled = false, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      title={label}
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
    >
      {icon}
    </button>
  );
}

/** What Run would do, before it is pressed. */
function NextRun() {
  const text = useStore(outlook, (now) => now && describeOutlook(now));
  return text === undefined ? null : (
    <span className="next-run" title="What the next run would have to do">
      Next: {text}
    </span>
  );
}

function RunState() {
  const connected = useStore(runs, (now) => now.connected);
  const text = useStore(runs, ({ shown, list }) => {
    if (!shown) return "";
    const position = list.find(({ id }) => id === shown.run)?.position;
    if (shown.state === "queued") return position ? `${position} before it` : "Queued";
    if (shown.state === "running") return `${Math.round(runProgress(shown) * 100)} %`;
    return { finished: "Finished", failed: "Failed", cancelled: "Cancelled" }[shown.state];
  });
  if (!connected)
    return (
      <span className="run-state" data-state="failed">
        No connection
      </span>
    );
  const state = runs.get().shown?.state;
  return text === "" ? null : (
    <span className="run-state" data-state={state}>
      {text}
    </span>
  );
}

function RunButton() {
  const live = useStore(runs, running);
  const submitting = useStore(runs, (now) => now.submitting);
  const share = useStore(runs, ({ shown }) => (shown ? Math.round(runProgress(shown) * 100) : 0));
  if (live)
    return (
      <div className="run-group">
        <progress className="run-progress" max={100} value={share} aria-label="Run" />
        <button
          type="button"
          className="button danger"
          title="Cancel (Ctrl+Alt+Enter)"
          onClick={() => void cancelRun()}
        >
          <Square size={12} aria-hidden />
          Cancel
        </button>
      </div>
    );
  return (
    <button
      type="button"
      className="button primary run-button"
      title="Run (Ctrl+Enter)"
      disabled={submitting}
      onClick={() => void submitRun()}
    >
      <Play size={14} aria-hidden />
      Run
    </button>
  );
}
