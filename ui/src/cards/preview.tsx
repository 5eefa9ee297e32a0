import type { View } from "@clipwork/server/wire";
import { Maximize2 } from "lucide-react";
import { useState } from "react";
import { chosenPicture } from "../document/chosen-picture.ts";
import { seedBehind, seedText } from "../document/made-with.ts";
import type { FrameView } from "../editor/frames.ts";
import type { CardShow } from "../editor/kept.ts";
import type { Size } from "../editor/problems.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { useSeenInside } from "../editor/use-node.ts";
import { emptyShow, type NodeShow, type stateIn } from "../runs/run-view.ts";
import { artifact } from "../server/artifact.ts";
import { pictureOf, ShowView } from "../views/show-view.tsx";
import { picturesOf } from "./pictures-of.ts";

type Props = {
  readonly id: string;
  readonly title: string;
  readonly hero: "square" | "strip";
  readonly state: ReturnType<typeof stateIn>;
};

/** What a node has made, or is making. Its place is kept from the beginning, so that nothing moves when it comes. */
export function Preview({ id, title, hero, state }: Props) {
  const { frames, kept, screen } = useEditor();
  const from = useSeenInside(id);
  const frame = useStore(frames, (now) => now[from]);
  const card = useStore(kept, ({ at }) => at(from));
  const [scrubbed, setScrubbed] = useState<number>();
  const made = card?.show ?? emptyShow;
  const first = made.frames.at(0)?.item;
  const steps = [...made.frames].filter(({ item }) => item === first);
  const step = scrubbed === undefined ? undefined : steps[Math.min(scrubbed, steps.length - 1)];
  const running = state === "running";
  const look = () => card && screen.show({ look: { run: card.run, node: card.node, item: 0 } });
  const whole = made.outputs.size + made.values.size > 0;
  const empty = !whole && made.frames.size === 0 && !(running && frame);
  return (
    <div
      className="preview"
      data-hero={hero}
      data-state={state}
      data-empty={empty || undefined}
      data-standing={running ? undefined : card?.standing}
    >
      {empty ? (
        <Ghost id={id} running={running} />
      ) : (
        <Shown id={id} title={title} made={made} running={running} frame={frame} step={step?.view} />
      )}
      {whole && card && !running && <MadeWith card={card} />}
      {whole && (
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
      {steps.length > 1 && !running && (
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

const inWords = (size: Size | undefined) => size && `${size.width} × ${size.height}`;

/** Before there is anything to see: how large the picture will be. */
function Ghost({ id, running }: { readonly id: string; readonly running: boolean }) {
  const { problems, workflow, offer } = useEditor();
  const size = useStore(problems, ({ sizeOf }) => inWords(sizeOf(id)));
  const node = useStore(workflow, ({ history }) => history.present.nodes[id]);
  const catalogue = useStore(offer, (now) => now.catalogue);
  const chosen = node && chosenPicture(node, catalogue);
  if (chosen !== undefined) return <img src={artifact(chosen)} alt="What was chosen" draggable={false} />;
  return (
    <span className="preview-ghost" data-running={running || undefined}>
      {size}
    </span>
  );
}

const standings = {
  made: undefined,
  kept: { word: "kept", says: "Kept from an earlier run with these parameters" },
  earlier: { word: "earlier", says: "Made with other parameters than those set now; the next run makes it anew" },
} as const;

/** The seed that a picture was made with, and whether it is what the parameters say now. */
function MadeWith({ card }: { readonly card: CardShow }) {
  const catalogue = useStore(useEditor().offer, (now) => now.catalogue);
  const { document, node, show, standing } = card;
  const about = standings[standing];
  const items = [...(show.outputs.size > 0 ? show.outputs : show.values)];
  const pictures = items.filter(({ view }) => pictureOf(view) !== undefined);
  const seeds = document ? pictures.map(({ settings }) => seedBehind(document, node, catalogue, settings)) : [];
  const seed = seedText(seeds);
  if (!about && seed === "") return null;
  return (
    <p className="preview-made">
      {seed !== "" && <span title="The seed that it was made with">{seed}</span>}
      {about && (
        <span className="preview-standing" title={about.says}>
          {about.word}
        </span>
      )}
    </p>
  );
}

type ShownProps = {
  readonly id: string;
  readonly title: string;
  readonly made: NodeShow;
  readonly running: boolean;
  readonly frame: FrameView | undefined;
  readonly step: View | undefined;
};

function Shown({ id, title, made, running, frame, step }: ShownProps) {
  if (step) return <ShowView view={step} alt={`${title}, an earlier step`} name={id} node={id} />;
  const output = made.outputs.at(0);
  if (output && pictureOf(output.view) === undefined)
    return <ShowView view={output.view} alt={`${title}: the result`} name={output.name} node={id} />;
  const pictures = picturesOf(made);
  if (pictures.length > 1) return <Pictures list={pictures} alt={output ? `${title}: the result` : title} />;
  if (running && frame) return <img src={frame.url} alt={`${title} so far, step ${frame.step}`} draggable={false} />;
  const value = made.values.at(0)?.view;
  if (output?.thumbnail) return <img src={artifact(output.thumbnail)} alt={`${title}: the result`} draggable={false} />;
  if (value) return <ShowView view={value} alt={title} name={id} node={id} />;
  const last = made.frames.at(made.frames.size - 1);
  if (last) return <ShowView view={last.view} alt={`${title} so far`} name={id} node={id} />;
  return null;
}

function Pictures({ list, alt }: { readonly list: readonly string[]; readonly alt: string }) {
  const columns = Math.ceil(Math.sqrt(Math.min(list.length, 16)));
  return (
    <div className="preview-grid" data-columns={columns}>
      {list.slice(0, 16).map((hash, i) => (
        <img key={i.toString()} src={artifact(hash)} alt={`${alt}, ${i + 1}`} draggable={false} />
      ))}
    </div>
  );
}
