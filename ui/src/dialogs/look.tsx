import type { RunOutput } from "@clipwork/server/wire";
import { Download, Workflow } from "lucide-react";
import { useState } from "react";
import type { Look } from "../editor/screen.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import type { NodeShow } from "../runs/run-view.ts";
import { artifact, outputFile } from "../server/artifact.ts";
import { CloseView, pictureOf, ShowView } from "../views/show-view.tsx";
import { sizeText } from "../views/size-text.ts";
import { Zoomable } from "../views/zoomable.tsx";
import { Modal } from "./modal.tsx";

/** What a node made, closely: the picture down to its pixels, every step of it, all items of a batch, the numbers, the files. */
export function LookDialog() {
  const { screen, runs } = useEditor();
  const look = useStore(screen, (now) => now.look);
  const view = useStore(runs, ({ shown }) => shown);
  if (!look || view?.run !== look.run) return null;
  return <Kept key={look.node} look={look} now={view.shows.get(look.node)} />;
}

type KeptProps = { readonly look: Look; readonly now: NodeShow | undefined };

/** What the run before made stays until a new run has something in its place. */
function Kept({ look, now }: KeptProps) {
  const [made, setMade] = useState(now);
  if (now && now !== made) setMade(now);
  return made ? <Looked look={look} made={now ?? made} /> : null;
}

function Looked({ look, made }: { readonly look: Look; readonly made: NodeShow }) {
  const { screen, files, naming } = useEditor();
  const title = useStore(naming, (now) => now.name(look.node));
  const { item } = look;
  const [step, setStep] = useState<number>();
  const steps = [...made.frames].filter((frame) => frame.item === item);
  const output = [...made.outputs].find((one) => one.item === item);
  const value = [...made.values].find((one) => one.item === item)?.view;
  const items = [...new Set([...made.outputs, ...made.values].map((one) => one.item))].sort((a, b) => a - b);
  const frame = step === undefined ? undefined : steps[step];
  const select = (next: number) => {
    screen.show({ look: { ...look, item: next } });
    setStep(undefined);
  };
  const alt = `${title}, item ${item + 1}`;
  const view = frame?.view ?? output?.view ?? value ?? steps.at(-1)?.view;
  const name = output?.name ?? look.node;
  return (
    <Modal title={title} wide onClose={() => screen.show({ look: undefined })}>
      <div className="look">
        {view && pictureOf(view) === undefined ? (
          <div className="look-value" key={item}>
            <CloseView view={view} alt={alt} name={name} node={look.node} />
          </div>
        ) : (
          <Zoomable key={item} label={alt}>
            {output?.picture && !frame ? (
              <img src={artifact(output.picture)} alt={output.name} draggable={false} />
            ) : (
              view && <ShowView view={view} alt={alt} name={name} node={look.node} />
            )}
          </Zoomable>
        )}
        {items.length > 1 && <Grid node={look.node} made={made} items={items} selected={item} onSelect={select} />}
      </div>
      <footer className="look-foot">
        {steps.length > 1 && (
          <label className="look-steps">
            <span>{frame ? `Step ${frame.step}` : "Result"}</span>
            <input
              type="range"
              className="slider"
              min={0}
              max={steps.length}
              value={step ?? steps.length}
              onChange={({ target }) =>
                setStep(target.valueAsNumber === steps.length ? undefined : target.valueAsNumber)
              }
            />
          </label>
        )}
        {output?.view.kind === "picture" && (
          <span className="muted">
            {output.width} × {output.height}
          </span>
        )}
        <span className="bar-space" />
        <button type="button" className="button" onClick={() => void files.openRun(look.run)}>
          <Workflow size={14} aria-hidden />
          Open the workflow that made this
        </button>
        {output && <Downloads run={look.run} output={output} />}
      </footer>
    </Modal>
  );
}

/** How the file ends that tells how the others were made. */
const recordEnding = ".clipwork.json";

/** A link for each file of an output. */
function Downloads({ run, output: { name, files } }: { readonly run: string; readonly output: RunOutput }) {
  return files.map((file, i) => {
    const { ending, bytes } = file;
    return (
      <a
        key={ending}
        className={i === 0 ? "button primary" : "button"}
        href={outputFile(run, file)}
        download={name + ending}
        title={bytes === undefined ? name + ending : `${name}${ending}, ${sizeText(bytes)}`}
      >
        <Download size={14} aria-hidden />
        {files.length === 1 ? "Download" : ending === recordEnding ? "Record" : ending.slice(1).toUpperCase()}
      </a>
    );
  });
}

type GridProps = {
  readonly node: string;
  readonly made: NodeShow;
  readonly items: readonly number[];
  readonly selected: number;
  onSelect(item: number): void;
};

function Grid({ node, made, items, selected, onSelect }: GridProps) {
  return (
    <ul className="look-grid" aria-label="All of the batch">
      {items.map((item) => {
        const output = [...made.outputs].find((one) => one.item === item);
        const view = output?.view ?? [...made.values].find((one) => one.item === item)?.view;
        const alt = `Item ${item + 1}`;
        return (
          <li key={item}>
            <button type="button" aria-current={item === selected} onClick={() => onSelect(item)}>
              {output?.thumbnail ? (
                <img src={artifact(output.thumbnail)} alt={alt} />
              ) : view ? (
                <ShowView view={view} alt={alt} name={alt} node={node} />
              ) : null}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
