import { Download, Workflow } from "lucide-react";
import { useState } from "react";
import type { Look } from "../editor/screen.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import type { NodeShow } from "../runs/run-view.ts";
import { artifact } from "../server/artifact.ts";
import { CloseView, pictureOf, ShowView } from "../views/show-view.tsx";
import { Zoomable } from "../views/zoomable.tsx";
import { Modal } from "./modal.tsx";

/** What a node made, closely: the picture down to its pixels, every step of it, all items of a batch, the numbers. */
export function LookDialog() {
  const { screen, runs } = useEditor();
  const look = useStore(screen, (now) => now.look);
  const view = useStore(runs, ({ shown }) => shown);
  if (!look || view?.run !== look.run) return null;
  const made = view.shows.get(look.node);
  return made ? <Looked key={`${look.run} ${look.node}`} look={look} made={made} /> : null;
}

function Looked({ look, made }: { readonly look: Look; readonly made: NodeShow }) {
  const { screen, files } = useEditor();
  const { item } = look;
  const [step, setStep] = useState<number>();
  const steps = [...made.frames].filter((frame) => frame.item === item);
  const output = [...made.outputs].find((one) => one.item === item);
  const value = [...made.values].find((one) => one.item === item)?.view;
  const items = [...new Set([...made.outputs, ...made.values].map((one) => one.item))].sort((a, b) => a - b);
  const frame = step === undefined ? undefined : steps[step];
  const choose = (next: number) => {
    screen.show({ look: { ...look, item: next } });
    setStep(undefined);
  };
  const alt = `${look.node}, item ${item + 1}`;
  const shownView = frame?.view ?? (output ? undefined : (value ?? steps.at(-1)?.view));
  return (
    <Modal title={look.node} wide onClose={() => screen.show({ look: undefined })}>
      <div className="look">
        {shownView && pictureOf(shownView) === undefined ? (
          <div className="look-value">
            <ShowView view={shownView} alt={alt} />
            <CloseView view={shownView} alt={alt} />
          </div>
        ) : (
          <Zoomable key={item} label={alt}>
            {output && !frame ? (
              <img src={artifact(output.picture)} alt={output.name} draggable={false} />
            ) : (
              shownView && <ShowView view={shownView} alt={alt} />
            )}
          </Zoomable>
        )}
        {items.length > 1 && <Grid made={made} items={items} chosen={item} onChoose={choose} />}
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
        {output && (
          <span className="muted">
            {output.width} × {output.height}
          </span>
        )}
        <span className="bar-space" />
        <button type="button" className="button" onClick={() => void files.openRun(look.run)}>
          <Workflow size={14} aria-hidden />
          Open the workflow that made this
        </button>
        {output && (
          <a className="button primary" href={artifact(output.picture)} download={`${output.name}.png`}>
            <Download size={14} aria-hidden />
            Download
          </a>
        )}
      </footer>
    </Modal>
  );
}

type GridProps = {
  readonly made: NodeShow;
  readonly items: readonly number[];
  readonly chosen: number;
  onChoose(item: number): void;
};

function Grid({ made, items, chosen, onChoose }: GridProps) {
  return (
    <ul className="look-grid" aria-label="All of the batch">
      {items.map((item) => {
        const output = [...made.outputs].find((one) => one.item === item);
        const value = [...made.values].find((one) => one.item === item)?.view;
        return (
          <li key={item}>
            <button type="button" aria-current={item === chosen} onClick={() => onChoose(item)}>
              {output ? (
                <img src={artifact(output.thumbnail)} alt={`Item ${item + 1}`} />
              ) : value ? (
                <ShowView view={value} alt={`Item ${item + 1}`} />
              ) : null}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
