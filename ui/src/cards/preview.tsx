import type { View } from "@clipwork/server/wire";
import { Maximize2 } from "lucide-react";
import { useState } from "react";
import type { FrameView } from "../editor/frames.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { emptyShow, type NodeShow, type stateIn } from "../runs/run-view.ts";
import { artifact } from "../server/artifact.ts";
import { pictureOf, ShowView } from "../views/show-view.tsx";

type Props = {
  readonly id: string;
  readonly title: string;
  readonly hero: "square" | "strip";
  readonly state: ReturnType<typeof stateIn>;
};

/** What a node has made, or is making. Its place is kept from the beginning, so that nothing moves when it comes. */
export function Preview({ id, title, hero, state }: Props) {
  const { frames, runs, screen } = useEditor();
  const frame = useStore(frames, (now) => now[id]);
  const shown = useStore(runs, (now) => now.shown?.run);
  const [scrubbed, setScrubbed] = useState<number>();
  const made = useStore(runs, (now) => now.shown?.shows.get(id)) ?? emptyShow;
  const steps = [...made.frames].filter(({ item }) => item === made.frames.at(0)?.item);
  const step = scrubbed === undefined ? undefined : steps[Math.min(scrubbed, steps.length - 1)];
  const look = () => shown !== undefined && screen.show({ look: { run: shown, node: id, item: 0 } });
  return (
    <div className="preview" data-hero={hero} data-state={state}>
      <Shown id={id} title={title} made={made} state={state} frame={frame} step={step?.view} />
      {made.outputs.size + made.values.size > 0 && (
        <button
          type="button"
          className="preview-look"
          aria-label={`Look at ${title} closely`}
          data-nodrag
          onClick={look}
        >
          <Maximize2 size={14} />
        </button>
      )}
      {steps.length > 1 && state !== "running" && (
        <input
          className="scrub"
          type="range"
          data-nodrag
          aria-label={`Steps of ${title}`}
          aria-valuetext={step ? `Step ${step.step}` : "Result"}
          min={0}
          max={steps.length}
          value={scrubbed ?? steps.length}
          onChange={({ target }) =>
            setScrubbed(target.valueAsNumber === steps.length ? undefined : target.valueAsNumber)
          }
        />
      )}
    </div>
  );
}

type ShownProps = {
  readonly id: string;
  readonly title: string;
  readonly made: NodeShow;
  readonly state: ReturnType<typeof stateIn>;
  readonly frame: FrameView | undefined;
  readonly step: View | undefined;
};

function Shown({ id, title, made, state, frame, step }: ShownProps) {
  if (step) return <ShowView view={step} alt={`${title}, an earlier step`} name={id} node={id} />;
  if (state === "running" && frame)
    return <img src={frame.url} alt={`${title} so far, step ${frame.step}`} draggable={false} />;
  const output = made.outputs.at(0);
  if (output && pictureOf(output.view) !== undefined) {
    const thumbnails = [...made.outputs].flatMap(({ thumbnail }) => thumbnail ?? []);
    return <Pictures list={thumbnails} alt={`${title}: the result`} />;
  }
  if (output) return <ShowView view={output.view} alt={`${title}: the result`} name={output.name} node={id} />;
  const views = [...made.values].map(({ view }) => view);
  const pictures = views.flatMap((view) => pictureOf(view) ?? []);
  if (pictures.length > 1) return <Pictures list={pictures} alt={title} />;
  if (views[0]) return <ShowView view={views[0]} alt={title} name={id} node={id} />;
  const last = made.frames.at(made.frames.size - 1);
  if (last) return <ShowView view={last.view} alt={`${title} so far`} name={id} node={id} />;
  return null;
}

function Pictures({ list, alt }: { readonly list: readonly string[]; readonly alt: string }) {
  const [only, ...more] = list;
  if (only !== undefined && more.length === 0) return <img src={artifact(only)} alt={alt} draggable={false} />;
  const columns = Math.ceil(Math.sqrt(Math.min(list.length, 16)));
  return (
    <div className="preview-grid" data-columns={columns}>
      {list.slice(0, 16).map((hash, i) => (
        <img key={`${hash} ${i.toString()}`} src={artifact(hash)} alt={`${alt}, ${i + 1}`} draggable={false} />
      ))}
    </div>
  );
}
