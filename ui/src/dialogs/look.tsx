import { Download, Workflow } from "lucide-react";
import { useState } from "react";
import { ViewPicture } from "../cards/preview.tsx";
import type { NodeView } from "../runs/run-view.ts";
import { artifact } from "../server/api.ts";
import { openRun } from "../state/files.ts";
import { runs } from "../state/runs.ts";
import { useStore } from "../state/store.ts";
import { type Look, show, ui } from "../state/ui.ts";
import { Zoomable } from "../views/zoomable.tsx";
import { Modal } from "./modal.tsx";

/** What a node made, closely: the picture down to its pixels, every step of it, all items of a batch, the numbers. */
export function LookDialog() {
  const look = useStore(ui, (now) => now.look);
  const view = useStore(runs, ({ shown }) => shown);
  if (!look || view?.run !== look.run) return null;
  const node = view.nodes[look.node];
  return node ? <Looked key={`${look.run} ${look.node}`} look={look} node={node} /> : null;
}

function Looked({ look, node }: { readonly look: Look; readonly node: NodeView }) {
  const { item } = look;
  const [step, setStep] = useState<number>();
  const steps = node.frames.filter((frame) => frame.item === item);
  const output = node.outputs.find((one) => one.item === item);
  const value = node.values.find((one) => one.item === item)?.view;
  const items = [...new Set([...node.outputs, ...node.values].map((one) => one.item))].sort((a, b) => a - b);
  const frame = step === undefined ? undefined : steps[step];
  const choose = (next: number) => {
    show({ look: { ...look, item: next } });
    setStep(undefined);
  };
  const shownView = frame?.view ?? (output ? undefined : (value ?? steps.at(-1)?.view));
  return (
    <Modal title={look.node} wide onClose={() => show({ look: undefined })}>
      <div className="look">
        {shownView && shownView.kind !== "picture" ? (
          <div className="look-value">
            <ViewPicture view={shownView} alt={`${look.node}, item ${item + 1}`} />
            {shownView.kind === "embedding" && <Numbers bars={shownView.bars} />}
          </div>
        ) : (
          <Zoomable key={item} label={`${look.node}, item ${item + 1}`}>
            {output && !frame ? (
              <img src={artifact(output.picture)} alt={output.name} draggable={false} />
            ) : (
              shownView && <ViewPicture view={shownView} alt={`${look.node}, item ${item + 1}`} />
            )}
          </Zoomable>
        )}
        {items.length > 1 && <Grid node={node} items={items} chosen={item} onChoose={choose} />}
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
        <button type="button" className="button" onClick={() => void openRun(look.run)}>
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
  readonly node: NodeView;
  readonly items: readonly number[];
  readonly chosen: number;
  onChoose(item: number): void;
};

function Grid({ node, items, chosen, onChoose }: GridProps) {
  return (
    <ul className="look-grid" aria-label="All of the batch">
      {items.map((item) => {
        const output = node.outputs.find((one) => one.item === item);
        const value = node.values.find((one) => one.item === item)?.view;
        return (
          <li key={item}>
            <button type="button" aria-current={item === chosen} onClick={() => onChoose(item)}>
              {output ? (
                <img src={artifact(output.thumbnail)} alt={`Item ${item + 1}`} />
              ) : value ? (
                <ViewPicture view={value} alt={`Item ${item + 1}`} />
              ) : null}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Numbers({ bars }: { readonly bars: readonly number[] }) {
  return (
    <ol className="numbers" aria-label="Values, pooled">
      {bars.map((bar, i) => (
        <li key={i.toString()}>{bar.toFixed(3)}</li>
      ))}
    </ol>
  );
}
