import { CopyPlus, EyeOff, Play, SkipForward, Trash2 } from "lucide-react";
import { duplicateChosen, removeChosen, toggleMode } from "../state/actions.ts";
import { submitRun } from "../state/runs.ts";

type Props = { readonly ids: readonly string[]; readonly mode: string | undefined; readonly runnable: boolean };

/** What can be done with the chosen nodes. */
export function NodeActions({ ids, mode, runnable }: Props) {
  return (
    <div className="actions" role="toolbar" aria-label="Chosen nodes">
      {runnable && (
        <button type="button" className="button" onClick={() => void submitRun(ids)}>
          <Play size={14} aria-hidden />
          Run to here
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        title="Mute (Ctrl+M)"
        aria-pressed={mode === "mute"}
        onClick={() => toggleMode("mute")}
      >
        <EyeOff size={16} aria-label="Mute" />
      </button>
      <button
        type="button"
        className="icon-button"
        title="Bypass (Ctrl+B)"
        aria-pressed={mode === "bypass"}
        onClick={() => toggleMode("bypass")}
      >
        <SkipForward size={16} aria-label="Bypass" />
      </button>
      <button type="button" className="icon-button" title="Duplicate (Ctrl+D)" onClick={duplicateChosen}>
        <CopyPlus size={16} aria-label="Duplicate" />
      </button>
      <button type="button" className="icon-button" title="Remove (Delete)" onClick={removeChosen}>
        <Trash2 size={16} aria-label="Remove" />
      </button>
    </div>
  );
}
