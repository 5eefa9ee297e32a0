import { isLive } from "@clipwork/engine";
import type { RunSummary } from "@clipwork/server/wire";
import { Columns2, Download, ImageIcon, Square, Workflow } from "lucide-react";
import { useEffect, useState } from "react";
import type { Compared } from "../editor/screen.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { summaryText } from "../runs/words.ts";
import { artifact, outputFile } from "../server/artifact.ts";
import { iconOf } from "../views/show-view.tsx";

/** The queue and what was run before, with what came of it. */
export function RunsPanel() {
  const { runs, screen } = useEditor();
  const list = useStore(runs, (now) => now.list);
  const next = useStore(runs, (now) => now.next);
  const shown = useStore(runs, (now) => now.shown?.run);
  const [first, setFirst] = useState<Compared>();
  useEffect(() => void runs.loadMore(), [runs]);
  const compare = (picture: Compared) => {
    if (!first || first.run === picture.run) setFirst(first ? undefined : picture);
    else {
      screen.show({ compare: [first, picture] });
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
        <button type="button" className="button" onClick={() => void runs.loadMore()}>
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
  const { runs, files, screen } = useEditor();
  const { id, title, state, outputs, error } = run;
  const output = outputs.find(({ thumbnail }) => thumbnail) ?? outputs[0];
  const file = output?.files[0];
  const picture = output?.picture;
  const Icon = output ? iconOf(output.view) : ImageIcon;
  const name = title || "Untitled";
  const look = () => {
    runs.show(id);
    if (output) screen.show({ look: { run: id, node: output.node, item: output.item } });
  };
  return (
    <li className="run-row" data-run={id} data-state={state} data-shown={shown || undefined}>
      <button
        type="button"
        className="run-picture"
        onClick={look}
        title={output ? "Look closely" : "Show on the nodes"}
      >
        {output?.thumbnail ? (
          <img src={artifact(output.thumbnail)} alt={`Result of ${name}`} />
        ) : (
          <Icon size={18} aria-label="Show" />
        )}
        {outputs.length > 1 && <span className="run-count">{outputs.length}</span>}
      </button>
      <div className="run-text">
        <strong>{name}</strong>
        <span className="muted">{summaryText(run, clock)}</span>
        {error && <span className="run-error">{error}</span>}
        <span className="run-tools">
          <button
            type="button"
            className="icon-button small"
            title="Open the workflow that made this"
            onClick={() => void files.openRun(id)}
          >
            <Workflow size={14} aria-label={`Open the workflow of ${name}`} />
          </button>
          {picture && (
            <button
              type="button"
              className="icon-button small"
              title="Compare with another"
              aria-pressed={first?.run === id}
              onClick={() => onCompare({ run: id, picture, title: `${name}, ${clock(run.created)}` })}
            >
              <Columns2 size={14} aria-label={`Compare ${name}`} />
            </button>
          )}
          {output && file && (
            <a
              className="icon-button small"
              title={`Download ${output.name}${file.ending}`}
              href={outputFile(id, file)}
              download={output.name + file.ending}
            >
              <Download size={14} aria-label={`Download the result of ${name}`} />
            </a>
          )}
          {isLive(state) && (
            <button type="button" className="icon-button small" title="Cancel" onClick={() => void runs.cancel(id)}>
              <Square size={14} aria-label={`Cancel ${name}`} />
            </button>
          )}
        </span>
      </div>
    </li>
  );
}

function clock(time: number): string {
  return new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
