import { isLive, runProgress } from "@clipwork/engine";
import { Play, Square } from "lucide-react";
import { useStore, useWhyNot } from "../editor/use-editor.ts";
import { stateText } from "../runs/words.ts";
import { useForm } from "./use-form.ts";

/** Run, how the newest run is doing, and what stands in its way. */
export function RunBar() {
  const { runs, queue, problems, naming, workflow } = useForm();
  const paused = useStore(queue, (now) => now.paused);
  const { sentence } = useStore(naming, (now) => now);
  const all = useStore(problems, (now) => now.all);
  const shown = useStore(runs, (now) => now.shown);
  const submitting = useStore(runs, (now) => now.submitting);
  const connected = useStore(runs, (now) => now.connected);
  const stopping = useStore(runs, (now) => now.shown !== undefined && now.stopping.has(now.shown.run));
  const text = useStore(runs, (now) => stateText(now.shown, now.list));
  const refused = useWhyNot("run");
  const live = shown !== undefined && isLive(shown.state);
  const exposed = useStore(workflow, ({ history }) => history.present.exposed);
  const wrong = all.filter(({ severity }) => severity === "error");
  // A field says itself what is wrong with its value.
  const marked = new Set(Object.values(exposed ?? {}).flat());
  const others = wrong.filter(({ node, port }) => !marked.has(`${node}.${port}`));
  return (
    <div className="form-run">
      {wrong.length > others.length && (
        <p className="form-wrong" role="alert">
          A value above cannot be run: see what is said below it.
        </p>
      )}
      {refused !== undefined && (
        <p className="form-wrong" role="alert">
          {refused}
        </p>
      )}
      {others.map(({ message, remedy }) => (
        <p key={message} className="form-wrong" role="alert">
          {sentence(message)} <span className="muted">{sentence(remedy)}</span>
        </p>
      ))}
      <div className="form-buttons">
        <button
          type="button"
          className="button primary"
          title={refused}
          disabled={submitting || wrong.length > 0 || refused !== undefined}
          onClick={() => void runs.submit()}
        >
          <Play size={16} aria-hidden />
          Run
        </button>
        {live && (
          <button
            type="button"
            className="button danger"
            title={refused}
            disabled={stopping || refused !== undefined}
            onClick={() => void runs.cancel()}
          >
            <Square size={13} aria-hidden />
            {stopping ? "Stopping …" : "Cancel"}
          </button>
        )}
        <span className="run-state" data-state={connected ? shown?.state : "failed"}>
          {!connected ? "Offline" : paused && shown?.state === "queued" ? "The queue is paused" : text}
        </span>
      </div>
      {live && <progress max={1} value={runProgress(shown)} aria-label="Run" />}
    </div>
  );
}
