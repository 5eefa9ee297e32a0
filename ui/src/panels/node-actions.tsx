import { CopyPlus, EyeOff, Play, SkipForward, Trash2 } from "lucide-react";
import { useEditor, useWhyNot } from "../editor/use-editor.ts";

type Props = { readonly ids: readonly string[]; readonly mode: string | undefined; readonly runnable: boolean };

const modes = [
  { name: "mute", says: "Mute", keys: "Ctrl+M", Icon: EyeOff },
  { name: "bypass", says: "Bypass", keys: "Ctrl+B", Icon: SkipForward },
] as const;

/** What can be done with the selected nodes. */
export function NodeActions({ ids, mode, runnable }: Props) {
  const { edits, runs } = useEditor();
  const refused = useWhyNot("run");
  return (
    <div className="actions" role="toolbar" aria-label="Selected nodes">
      {runnable && (
        <button
          type="button"
          className="button"
          title={refused}
          disabled={refused !== undefined}
          onClick={() => void runs.submit(ids)}
        >
          <Play size={14} aria-hidden />
          Run to here
        </button>
      )}
      {modes.map(({ name, says, keys, Icon }) => (
        <button
          key={name}
          type="button"
          className="icon-button"
          title={`${says} (${keys})`}
          aria-pressed={mode === name}
          onClick={() => edits.toggleMode(name)}
        >
          <Icon size={16} aria-label={says} />
        </button>
      ))}
      <button type="button" className="icon-button" title="Duplicate (Ctrl+D)" onClick={edits.duplicateSelected}>
        <CopyPlus size={16} aria-label="Duplicate" />
      </button>
      <button type="button" className="icon-button" title="Remove (Delete)" onClick={edits.removeSelected}>
        <Trash2 size={16} aria-label="Remove" />
      </button>
    </div>
  );
}
