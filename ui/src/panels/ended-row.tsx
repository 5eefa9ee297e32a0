import type { RunSummary } from "@clipwork/server/wire";
import { ChartGantt, Columns2, Download, FileText, ImageIcon, RotateCcw, Trash2, Workflow } from "lucide-react";
import { memo } from "react";
import type { Compared } from "../editor/screen.ts";
import { useEditor, useWhyNot } from "../editor/use-editor.ts";
import { nameOf, seedText, summaryText } from "../runs/words.ts";
import { artifact, outputFile, reportFile } from "../server/artifact.ts";
import { iconOf } from "../views/show-view.tsx";
import { useRunError } from "./use-run-error.ts";

type Props = {
  readonly run: RunSummary;
  readonly shown: boolean;
  readonly first: Compared | undefined;
  onCompare(picture: Compared): void;
};

/** A run that has ended, with what came of it. */
export const EndedRow = memo(function EndedRow({ run, shown, first, onCompare }: Props) {
  const { runs, queue, files, screen, profiling } = useEditor();
  const { id, state, outputs } = run;
  const error = useRunError(run);
  const output = outputs.find(({ thumbnail }) => thumbnail) ?? outputs[0];
  const file = output?.files[0];
  const picture = output?.picture;
  const Icon = output ? iconOf(output.view) : ImageIcon;
  const name = nameOf(run);
  const noRun = useWhyNot("run");
  const noDelete = useWhyNot("edit");
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
        <strong dir="auto" title={name}>
          {name}
        </strong>
        <span className="muted">{[summaryText(run, clock), seedText(run)].filter(Boolean).join(", ")}</span>
        {error && (
          <span className="run-error" title={error}>
            {error}
          </span>
        )}
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
              onClick={() =>
                onCompare({
                  run: id,
                  picture,
                  node: output.node,
                  item: output.item,
                  title: `${name}, ${clock(run.created)}`,
                })
              }
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
          <a className="icon-button small" title="Download a report of the run: one HTML file" href={reportFile(id)}>
            <FileText size={14} aria-label={`Download the report of ${name}`} />
          </a>
          <button
            type="button"
            className="icon-button small"
            title="Where the time went"
            onClick={() => profiling.open(id)}
          >
            <ChartGantt size={14} aria-label={`Where the time of ${name} went`} />
          </button>
          <button
            type="button"
            className="icon-button small"
            title={noRun ?? "Run the same again"}
            disabled={noRun !== undefined}
            onClick={() => void queue.retry(id)}
          >
            <RotateCcw size={14} aria-label={`Run ${name} again`} />
          </button>
          <button
            type="button"
            className="icon-button small"
            title={noDelete ?? "Delete"}
            disabled={noDelete !== undefined}
            onClick={() => void queue.remove(id)}
          >
            <Trash2 size={14} aria-label={`Delete ${name}`} />
          </button>
        </span>
      </div>
    </li>
  );
});

function clock(time: number): string {
  return new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
