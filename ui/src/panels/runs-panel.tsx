import type { RunSummary } from "@clipwork/server/wire";
import { Columns2, Download, ImageIcon, Square, Workflow } from "lucide-react";
import { useEffect, useState } from "react";
import { isLive } from "../runs/run-view.ts";
import { artifact } from "../server/api.ts";
import { seconds } from "../state/announce.ts";
import { openRun } from "../state/files.ts";
import { cancelRun, loadRuns, runs, showRun } from "../state/runs.ts";
import { useStore } from "../state/store.ts";
import { type Compared, show } from "../state/ui.ts";

/** The queue and what was run before, with what came of it. */
export function RunsPanel() {
  const list = useStore(runs, (now) => now.list);
  const next = useStore(runs, (now) => now.next);
  const shown = useStore(runs, (now) => now.shown?.run);
  const [first, setFirst] = useState<Compared>();
  useEffect(() => void loadRuns(), []);
  const compare = (picture: Compared) => {
    if (!first || first.run === picture.run) setFirst(first ? undefined : picture);
    else {
      show({ compare: [first, picture] });
      setFirst(undefined);
    }
  };
  return (
    <section className="panel-part runs">
      <h2>Runs</h2>
      {list.length === 0 && <p className="muted">What you run appears here, with its pictures.</p>}
      {first && <p className="muted">Choose the picture to compare with.</p>}
      <ol>
        {list.map((run) => (
          <RunRow key={run.id} run={run} shown={run.id === shown} first={first} onCompare={compare} />
        ))}
      </ol>
      {next !== undefined && (
        <button type="button" className="button" onClick={() => void loadRuns()}>
          Older runs
        </button>
      )}
    </section>
  );
}

type RowProps = {
  readonly run: RunSummary;
  readonly shown: boolean;
  readonly first: Compared | undefined;
  onCompare(picture: Compared): void;
};

function RunRow({ run, shown, first, onCompare }: RowProps) {
  const { id, title, state, outputs, error } = run;
  const [output] = outputs;
  const name = title || "Untitled";
  const look = () => {
    showRun(id);
    if (output) show({ look: { run: id, node: output.node, item: output.item } });
  };
  return (
    <li className="run-row" data-state={state} data-shown={shown || undefined}>
      <button
        type="button"
        className="run-picture"
        onClick={look}
        title={output ? "Look closely" : "Show on the nodes"}
      >
        {output ? (
          <img src={artifact(output.thumbnail)} alt={`Result of ${name}`} />
        ) : (
          <ImageIcon size={18} aria-label="Show" />
        )}
        {outputs.length > 1 && <span className="run-count">{outputs.length}</span>}
      </button>
      <div className="run-text">
        <strong>{name}</strong>
        <span className="muted">{runText(run)}</span>
        {error && <span className="run-error">{error}</span>}
        <span className="run-tools">
          <button
            type="button"
            className="icon-button small"
            title="Open the workflow that made this"
            onClick={() => void openRun(id)}
          >
            <Workflow size={14} aria-label={`Open the workflow of ${name}`} />
          </button>
          {output && (
            <>
              <button
                type="button"
                className="icon-button small"
                title="Compare with another"
                aria-pressed={first?.run === id}
                onClick={() => onCompare({ run: id, picture: output.picture, title: `${name}, ${clock(run.created)}` })}
              >
                <Columns2 size={14} aria-label={`Compare ${name}`} />
              </button>
              <a
                className="icon-button small"
                title="Download"
                href={artifact(output.picture)}
                download={`${output.name}.png`}
              >
                <Download size={14} aria-label={`Download the picture of ${name}`} />
              </a>
            </>
          )}
          {isLive(state) && (
            <button type="button" className="icon-button small" title="Cancel" onClick={() => void cancelRun(id)}>
              <Square size={14} aria-label={`Cancel ${name}`} />
            </button>
          )}
        </span>
      </div>
    </li>
  );
}

function runText({ state, created, started, ended, position, progress, msLeft }: RunSummary): string {
  switch (state) {
    case "queued":
      return position ? `queued, ${position} before it` : "queued, next";
    case "running": {
      const done = progress ? `${progress.done} of ${progress.all}` : "running";
      return msLeft === undefined ? done : `${done}, about ${seconds(msLeft)} left`;
    }
    default: {
      const time = started !== undefined && ended !== undefined ? ` in ${seconds(ended - started)}` : "";
      return `${state}${time}, ${clock(created)}`;
    }
  }
}

function clock(time: number): string {
  return new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
