import type { RunSummary } from "@clipwork/server/wire";
import { ImageIcon, Square } from "lucide-react";
import { memo } from "react";
import { useEditor, useStore, useWhyNot } from "../editor/use-editor.ts";
import { nameOf, runningText, seedText } from "../runs/words.ts";
import { artifact } from "../server/artifact.ts";

type Props = {
  readonly run: RunSummary;
  readonly shown: boolean;
  /** Who submitted it, where several did. */
  readonly owner: string | undefined;
};

/** The run under way: what it paints, how far it is, and a way to stop it. */
export const RunningRow = memo(function RunningRow({ run, shown, owner }: Props) {
  const { runs, frames } = useEditor();
  const { id, outputs, progress } = run;
  const stopping = useStore(runs, (now) => now.stopping.has(id)) || run.stopping === true;
  const frame = useStore(frames, (now) => (shown ? Object.values(now).at(-1)?.url : undefined));
  const thumbnail = outputs.findLast((output) => output.thumbnail)?.thumbnail;
  const picture = frame ?? (thumbnail && artifact(thumbnail));
  const name = nameOf(run);
  const refused = useWhyNot("run");
  return (
    <div className="run-row running-row" data-run={id} data-state="running" data-shown={shown || undefined}>
      <button type="button" className="run-picture" title="Show on the nodes" onClick={() => runs.show(id)}>
        {picture ? (
          <img src={picture} alt={`${name} so far`} />
        ) : (
          <ImageIcon size={18} aria-label={`Show ${name} on the nodes`} />
        )}
      </button>
      <div className="run-text">
        <strong dir="auto" title={name}>
          {name}
        </strong>
        <span className="muted">
          {[stopping ? "Stopping after this step" : runningText(run), owner, seedText(run)].filter(Boolean).join(", ")}
        </span>
        <progress max={progress?.all ?? 1} value={progress?.done ?? 0} aria-label={`Progress of ${name}`} />
      </div>
      <button
        type="button"
        className="icon-button small"
        title={refused ?? "Cancel"}
        disabled={stopping || refused !== undefined}
        onClick={() => void runs.cancel(id)}
      >
        <Square size={14} aria-label={`Cancel ${name}`} />
      </button>
    </div>
  );
});
