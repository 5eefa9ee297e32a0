import { isLive, runProgress, writtenTitle } from "@clipwork/engine";
import {
  Boxes,
  BrainCircuit,
  CircleHelp,
  Download,
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
import { whyNot } from "../editor/offer.ts";
import { isRunning, isStopping } from "../editor/runs.ts";
import { standingOf, standings } from "../editor/standing.ts";
import { useEditor, useStore, useWhyNot } from "../editor/use-editor.ts";
import { documentOf } from "../editor/workflow.ts";
import { describeOutlook, diskTrouble } from "../runs/outlook.ts";
import { counted, exactly, queueText, stateText } from "../runs/words.ts";

/** The document's name, actions on the whole document, and Run. */
export function TopBar() {
  const { workflow, files, screen, theme } = useEditor();
  const title = useStore(workflow, ({ history }) => writtenTitle(history.present.meta) ?? "");
  const canUndo = useStore(workflow, ({ history }) => history.past.length > 0);
  const canRedo = useStore(workflow, ({ history }) => history.future.length > 0);
  const noSave = useWhyNot("edit");
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
          dir="auto"
          aria-label="Title of the workflow"
          value={title}
          placeholder="Untitled"
          onChange={({ target }) => workflow.edit((now) => setTitle(now, target.value), "title")}
        />
        <SavedMark />
      </span>
      <nav className="bar-group" aria-label="Document">
        <IconButton
          icon={<Boxes size={16} />}
          label="Templates (T)"
          word="Templates"
          onClick={() => screen.show({ dialog: "templates" })}
        />
        <IconButton
          icon={<BrainCircuit size={16} />}
          label="Models (M)"
          word="Models"
          onClick={() => screen.show({ dialog: "models" })}
        />
        <IconButton
          icon={<FolderOpen size={16} />}
          label="Documents (Ctrl+O)"
          word="Documents"
          onClick={() => screen.show({ dialog: "documents" })}
        />
        <IconButton
          icon={<Save size={16} />}
          label="Save (Ctrl+S)"
          refused={noSave}
          onClick={() => void files.save()}
        />
        <IconButton icon={<Download size={16} />} label="Download as JSON" onClick={files.download} />
      </nav>
      <div className="bar-group" role="toolbar" aria-label="History">
        <IconButton icon={<Undo2 size={16} />} label="Undo (Ctrl+Z)" disabled={!canUndo} onClick={workflow.undo} />
        <IconButton
          icon={<Redo2 size={16} />}
          label="Redo (Ctrl+Shift+Z)"
          disabled={!canRedo}
          onClick={workflow.redo}
        />
      </div>
      <span className="bar-space" />
      <NextRun />
      <LiveSwitch />
      <AutoSwitch />
      <QueueMark />
      <Scope />
      <RunState />
      <div className="bar-group" role="toolbar" aria-label="View">
        <IconButton
          icon={dark ? <Sun size={16} /> : <Moon size={16} />}
          label={dark ? "Light theme" : "Dark theme"}
          onClick={theme.toggle}
        />
        <IconButton
          icon={<CircleHelp size={16} />}
          label="Shortcuts (?)"
          onClick={() => screen.show({ dialog: "shortcuts" })}
        />
      </div>
      <RunButtons />
    </header>
  );
}

/** Where the document in front is kept. */
function SavedMark() {
  const { workflow, autosave, runs } = useEditor();
  const connected = useStore(runs, (now) => now.connected);
  const saving = useStore(autosave, (now) => now);
  const standing = useStore(workflow, (now) => standingOf(documentOf(now), saving, connected));
  const { word, says } = standings[standing];
  const refused = useWhyNot("edit");
  return (
    <span
      className="saved-mark"
      data-standing={standing}
      title={standing === "browser" && refused !== undefined ? `Kept in this browser alone. ${refused}` : says}
    >
      {word}
    </span>
  );
}

type IconButtonProps = {
  readonly icon: React.ReactNode;
  readonly label: string;
  /** Stands beside the icon in a window that has the room. */
  readonly word?: string;
  readonly disabled?: boolean;
  /** Why it may not be used. */
  readonly refused?: string | undefined;
  onClick(): void;
};

function IconButton({ icon, label, word, disabled = false, refused, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      title={refused ?? label}
      aria-label={label}
      disabled={disabled || refused !== undefined}
      onClick={onClick}
    >
      {icon}
      {word !== undefined && <span className="bar-word">{word}</span>}
    </button>
  );
}

/** What Run would do, before it is pressed. */
function NextRun() {
  const { nextRun } = useEditor();
  const text = useStore(nextRun, (now) => now && describeOutlook(now));
  const trouble = useStore(nextRun, (now) => now && diskTrouble(now));
  return text === undefined ? null : (
    <span
      className="next-run"
      data-warns={trouble !== undefined || undefined}
      title={[`What the next run would compute: ${text}`, ...(trouble === undefined ? [] : [trouble])].join(". ")}
    >
      Next: {text}
    </span>
  );
}

/** Whether the chosen picture is drawn again while one edits. */
function LiveSwitch() {
  const { drawing, naming } = useEditor();
  const { on, node, waits } = useStore(drawing, (now) => now);
  const { name, sentence } = useStore(naming, (now) => now);
  const says = on && node !== undefined ? `${name(node)} is drawn again while you edit` : undefined;
  return (
    <button
      type="button"
      className="live-switch"
      aria-pressed={on}
      data-waits={waits !== undefined || undefined}
      title={(waits && sentence(waits)) ?? says ?? "Live: draw the selected picture again while you edit"}
      onClick={drawing.toggle}
    >
      Live
    </button>
  );
}

/** Whether cheap nodes are run by themselves while one edits. */
function AutoSwitch() {
  const { on, waits, budget, dear } = useStore(useEditor().auto, (now) => now);
  const { toggle } = useEditor().auto;
  const rest = dear === 0 ? "" : `; ${counted(dear, "node")} ${dear === 1 ? "waits" : "wait"} for Run`;
  const says = `Auto: nodes that take up to ${exactly(budget)} together run when you pause${rest}`;
  return (
    <button
      type="button"
      className="live-switch auto-switch"
      aria-pressed={on}
      data-waits={waits !== undefined || undefined}
      title={waits ?? (on ? says : "Auto: run nodes that take little time when you pause")}
      onClick={toggle}
    >
      Auto
    </button>
  );
}

/** How many runs wait, and whether they do so because the queue is paused or held. */
function QueueMark() {
  const { queue, runs, screen } = useEditor();
  // The one on the nodes has its place beside this.
  const own = useStore(runs, ({ shown }) => (shown?.state === "queued" ? 1 : 0));
  const waiting = useStore(queue, (now) => now.waiting) - own;
  const paused = useStore(queue, (now) => now.paused);
  const held = useStore(queue, (now) => now.held?.message);
  if (waiting <= 0 && !paused && held === undefined) return null;
  const { text, says } = queueText(waiting, paused, held);
  return (
    <button
      type="button"
      className="queue-mark"
      data-paused={paused || held !== undefined || undefined}
      title={says}
      onClick={() => screen.show({ side: "runs", folded: undefined })}
    >
      {text}
    </button>
  );
}

function RunState() {
  const { runs } = useEditor();
  const connected = useStore(runs, (now) => now.connected);
  const state = useStore(runs, ({ shown }) => shown?.state);
  const text = useStore(runs, (now) => {
    if (now.shown && now.shown.run === now.passing) return isLive(now.shown.state) ? "Drawing …" : "";
    return isStopping(now) ? "Stopping after this step" : stateText(now.shown, now.list);
  });
  if (!connected)
    return (
      <span className="run-state" data-state="failed" title="The server does not answer">
        Offline
      </span>
    );
  return text === "" ? null : (
    <span className="run-state" data-state={state} title={text}>
      {text}
    </span>
  );
}

/** What this page may not do, if that is much: somebody who is here to look, or to run and not to save. */
function Scope() {
  const { offer } = useEditor();
  const text = useStore(offer, ({ may }) =>
    may.includes("edit") ? "" : may.includes("run") ? "Not saved" : "View only",
  );
  const why = useStore(offer, (now) => whyNot(now, "run") ?? whyNot(now, "edit"));
  return text === "" ? null : (
    <span className="run-state" title={why}>
      {text}
    </span>
  );
}

/** Run, which always queues, and beside it Cancel while the run on the nodes is under way. */
function RunButtons() {
  const { runs } = useEditor();
  const refused = useWhyNot("run");
  const live = useStore(runs, isRunning);
  const submitting = useStore(runs, (now) => now.submitting);
  const stopping = useStore(runs, isStopping);
  const share = useStore(runs, ({ shown }) => (shown ? Math.round(runProgress(shown) * 100) : 0));
  return (
    <div className="run-buttons">
      {live && (
        <div className="run-group">
          <progress className="run-progress" max={100} value={share} aria-label="Run" />
          <button
            type="button"
            className="button danger"
            title={refused ?? "Cancel (Ctrl+Alt+Enter)"}
            disabled={stopping || refused !== undefined}
            onClick={() => void runs.cancel()}
          >
            <Square size={12} aria-hidden />
            {stopping ? "Stopping …" : "Cancel"}
          </button>
        </div>
      )}
      <button
        type="button"
        className="button primary run-button"
        title={refused ?? (live ? "Put this one in the queue (Ctrl+Enter)" : "Run (Ctrl+Enter)")}
        disabled={submitting || refused !== undefined}
        onClick={() => void runs.submit()}
      >
        <Play size={14} aria-hidden />
        Run
      </button>
    </div>
  );
}
