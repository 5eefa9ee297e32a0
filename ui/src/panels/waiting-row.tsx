import type { Priority, RunSummary } from "@clipwork/server/wire";
import { GripVertical, X } from "lucide-react";
import { type KeyboardEvent, memo } from "react";
import { useEditor, useWhyNot } from "../editor/use-editor.ts";
import { nameOf, seedText, waitText } from "../runs/words.ts";
import type { RowDrag } from "./use-row-drag.ts";

type Props = {
  readonly run: RunSummary;
  /** 0 is next. */
  readonly place: number;
  readonly count: number;
  readonly shown: boolean;
  /** Who submitted it, where several did. */
  readonly owner: string | undefined;
  /** This row is being dragged, or what is dragged would be put into its place. */
  readonly dragged: boolean;
  readonly target: boolean;
  readonly grip: RowDrag["grip"];
};

/** A run that waits. Its grip moves it: by dragging, or by the arrow keys, Home and End. */
export const WaitingRow = memo(function WaitingRow({ run, place, count, shown, owner, dragged, target, grip }: Props) {
  const { queue, runs } = useEditor();
  const { id, priority } = run;
  const name = nameOf(run);
  const noCancel = useWhyNot("run");
  const noMove = useWhyNot("edit");
  const move = (event: KeyboardEvent) => {
    const to = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: count - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void queue.place(id, to);
  };
  return (
    <li
      className="queue-row"
      data-run={id}
      data-state="queued"
      data-shown={shown || undefined}
      data-dragged={dragged || undefined}
      data-target={target || undefined}
    >
      <button
        type="button"
        className="queue-grip"
        aria-label={`Move ${name}: place ${place + 1} of ${count}`}
        title={noMove ?? "Drag, or move with the arrow keys, Home and End"}
        disabled={noMove !== undefined}
        onKeyDown={move}
        {...grip(id)}
      >
        <GripVertical size={14} aria-hidden />
      </button>
      <button
        type="button"
        className="queue-text"
        title={run.held ? `${name}. ${run.held.message} ${run.held.remedy}` : name}
        onClick={() => runs.show(id)}
      >
        <span dir="auto">{name}</span>
        <small>{[waitText(run, place), owner, seedText(run)].filter(Boolean).join(", ")}</small>
        {run.held && <small className="queue-held">{run.held.message}</small>}
      </button>
      <select
        aria-label={`Priority of ${name}`}
        value={priority}
        title={noMove}
        disabled={noMove !== undefined}
        data-priority={priority}
        onChange={({ target }) => void queue.prioritize(id, target.value as Priority)}
      >
        <option value="high">high</option>
        <option value="normal">normal</option>
        <option value="low">low</option>
      </select>
      <button
        type="button"
        className="icon-button small"
        title={noCancel ?? "Cancel"}
        disabled={noCancel !== undefined}
        onClick={() => void runs.cancel(id)}
      >
        <X size={14} aria-label={`Cancel ${name}`} />
      </button>
    </li>
  );
});
