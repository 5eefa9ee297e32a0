import { CirclePause, CirclePlay } from "lucide-react";
import { useEffect } from "react";
import { useEditor, useStore, useWhyNot } from "../editor/use-editor.ts";
import { ownerTexts } from "../runs/words.ts";
import { RunningRow } from "./running-row.tsx";
import { useRowDrag } from "./use-row-drag.ts";
import { WaitingRow } from "./waiting-row.tsx";

/** What runs, and below it what waits, in the order in which it will run. */
export function QueuePart() {
  const { queue, runs } = useEditor();
  const { paused, held, waiting, running, next, spoken } = useStore(queue, (now) => now);
  const shown = useStore(runs, (now) => now.shown?.run);
  useEffect(() => queue.watch(), [queue]);
  const refused = useWhyNot("administer");
  const drag = useRowDrag((id, to) => void queue.place(id, to));
  const owners = ownerTexts([...running, ...next]);
  const Icon = paused ? CirclePlay : CirclePause;
  if (running.length === 0 && waiting === 0 && next.length === 0 && !paused && !held) return null;
  return (
    <section className="panel-part queue" aria-label="Queue">
      <header className="queue-head">
        <h2>Queue</h2>
        {waiting > 1 && (
          <button
            type="button"
            className="text-button"
            title={refused}
            disabled={refused !== undefined}
            onClick={() => void queue.cancelWaiting()}
          >
            Cancel all waiting
          </button>
        )}
        <button
          type="button"
          className="icon-button"
          title={refused ?? (paused ? "Let the queue go on" : "Pause: let no run begin. What runs goes on.")}
          disabled={refused !== undefined}
          aria-pressed={paused}
          onClick={() => void queue.setPaused(!paused)}
        >
          <Icon size={16} aria-label={paused ? "Resume the queue" : "Pause the queue"} />
        </button>
      </header>
      {paused && <p className="queue-paused">Paused. No run begins until you resume, not even after a restart.</p>}
      {held && (
        <p className="queue-paused" role="alert">
          {held.message} {held.remedy}
        </p>
      )}
      {running.map((run) => (
        <RunningRow key={run.id} run={run} shown={run.id === shown} owner={owners.get(run.id)} />
      ))}
      <ol data-dragging={drag.id !== undefined || undefined}>
        {next.map((run, i) => (
          <WaitingRow
            key={run.id}
            run={run}
            place={i}
            count={waiting}
            shown={run.id === shown}
            owner={owners.get(run.id)}
            dragged={drag.id === run.id}
            target={drag.id !== undefined && drag.to === i}
            grip={drag.grip}
          />
        ))}
      </ol>
      {waiting > next.length && (
        <button type="button" className="button" onClick={queue.showMore}>
          {waiting - next.length} more are waiting
        </button>
      )}
      <p className="spoken" role="status" aria-live="polite">
        {spoken}
      </p>
    </section>
  );
}
