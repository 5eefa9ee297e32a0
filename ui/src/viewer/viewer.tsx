import { isLive } from "@clipwork/engine";
import type { RunOutput } from "@clipwork/server/wire";
import { Columns2, Download, FileText, Maximize2, PanelRight, Workflow, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import type { PictureView } from "../canvas/picture-camera.ts";
import { Modal } from "../dialogs/modal.tsx";
import { nodeNames } from "../document/names.ts";
import type { PastRun } from "../editor/kept.ts";
import type { Compared, Look } from "../editor/screen.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { sizeText } from "../runs/size-text.ts";
import { artifact, outputFile, reportFile } from "../server/artifact.ts";
import { CloseView } from "../views/show-view.tsx";
import { DockEdge } from "./dock-edge.tsx";
import { type FilmFrame, filmOf, wordsOf } from "./film.ts";
import { Filmstrip } from "./filmstrip.tsx";
import { Picture } from "./picture.tsx";

/** What a node made, closely: pictures down to their pixels, every step, all items of a batch, the numbers, the files. */
export function ViewerDialog() {
  const { screen } = useEditor();
  const look = useStore(screen, (now) => now.look);
  const past = usePast(look);
  if (!look) return null;
  if (!past) return <Nothing why="This run is gone: it was deleted, or this page does not know it any more." />;
  return <Kept key={look.node} look={look} past={past} />;
}

/** The run that is looked at, as it is now. */
function usePast(look: Look | undefined): PastRun | undefined {
  const { kept } = useEditor();
  const view = useStore(kept, ({ runOf }) => (look ? runOf(look.run)?.view : undefined));
  const document = useStore(kept, ({ runOf }) => (look ? runOf(look.run)?.document : undefined));
  return view && { view, document };
}

type KeptProps = { readonly look: Look; readonly past: PastRun };

/** What the run before made stays until a new run has something in its place. */
function Kept({ look, past }: KeptProps) {
  const there = past.view.shows.get(look.node) !== undefined;
  const [made, setMade] = useState(there ? { look, past } : undefined);
  const moved = made && (made.look !== look || made.past.view !== past.view || made.past.document !== past.document);
  if (there && (!made || moved)) setMade({ look, past });
  const shown = there ? { look, past } : made;
  if (shown) return <Looked {...shown} />;
  const waits = isLive(past.view.state);
  return <Nothing why={waits ? "There is nothing to see yet." : "There is nothing to see of this in that run."} />;
}

/** In place of a picture, so that what lies over the canvas is seen and can be closed. */
function Nothing({ why }: { readonly why: string }) {
  const { screen, viewer } = useEditor();
  const docked = useStore(viewer, (now) => now.docked);
  const close = () => screen.show({ look: undefined });
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Escape" && docked) close();
  };
  return (
    <Shell title="Viewer" about="" docked={docked} onClose={close} onKeyDown={keys}>
      <p className="look-nothing">{why}</p>
      <footer className="look-foot">
        <span className="bar-space" />
        <button type="button" className="button" onClick={close}>
          Close
        </button>
      </footer>
    </Shell>
  );
}

function Looked({ look, past }: KeptProps) {
  const { screen, naming, offer, viewer } = useEditor();
  const catalogue = useStore(offer, (now) => now.catalogue);
  const fallback = useStore(naming, (now) => now.name);
  const docked = useStore(viewer, (now) => now.docked);
  const marked = useStore(viewer, (now) => now.marked);
  const names = past.document && nodeNames(past.document.nodes, catalogue, past.document.layout);
  const nameOf = (node: string) => names?.get(node) ?? fallback(node);
  const film = filmOf(past.view, look.node);
  const at = film.findIndex(({ node, item }) => node === look.node && item === look.item);
  const frame = film[at];
  const title = nameOf(look.node);
  const close = () => screen.show({ look: undefined });
  const comparedOf = ({ run, node, item, picture }: FilmFrame): Compared => {
    return { run, node, item, picture: picture?.hash ?? "", title: `${nameOf(node)}, item ${item + 1}` };
  };
  const choose = (next: FilmFrame | undefined) => {
    if (!next) return;
    const { run, node, item } = next;
    if (marked && (marked.run !== run || marked.node !== node || marked.item !== item)) {
      viewer.mark(undefined);
      screen.show({ compare: [marked, comparedOf(next)] });
    } else screen.show({ look: { run, node, item } });
  };
  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if ((event.target as Element).matches("input, textarea, select, [role=separator]")) return;
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by !== undefined && film.length > 1) choose(film[(at + by + film.length) % film.length]);
    else if (event.key === "Escape" && docked) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const words = (one: FilmFrame) => wordsOf(one, film, past.document, catalogue);
  // What one does on a map makes pictures: a strip that came with them would move it under the hand.
  const hasStrip = film.length > 1 && frame?.view.kind !== "map";
  const count = film.filter(({ node }) => node === look.node).length;
  const about = [count > 1 ? `item ${look.item + 1} of ${count}` : "", frame ? words(frame) : ""].filter(Boolean);
  return (
    <Shell title={title} about={about.join(" · ")} docked={docked} onClose={close} onKeyDown={keys}>
      <Item look={look} past={past} frame={frame} title={title} onMark={(one) => viewer.mark(one && comparedOf(one))} />
      {hasStrip && (
        <Filmstrip film={film} selected={frame} marked={marked} nameOf={nameOf} words={words} onChoose={choose} />
      )}
    </Shell>
  );
}

/** What a node of the graph that runs is called on the canvas, if it stands there. */
function idOnCanvas(prefix: string, id: string): string {
  return id.startsWith(prefix) ? id.slice(prefix.length) : id;
}

type ItemProps = KeptProps & {
  readonly frame: FilmFrame | undefined;
  readonly title: string;
  onMark(frame: FilmFrame | undefined): void;
};

/** One item: its picture or its value, its steps, and what can be done with it. */
function Item({ look, past, frame, title, onMark }: ItemProps) {
  const { files, viewer, workflow } = useEditor();
  const here = useStore(workflow, ({ prefix }) => idOnCanvas(prefix, look.node));
  const marked = useStore(viewer, (now) => now.marked);
  // Here, so that the film is not made anew at each tick of the wheel. All items are seen at the same zoom.
  const [view, setView] = useState<PictureView>("fit");
  const [stepped, setStepped] = useState<{ readonly of: Look; readonly step: number }>();
  const { item } = look;
  const steps = [...(past.view.shows.get(look.node)?.frames ?? [])].filter((one) => one.item === item);
  const step = stepped?.of === look ? stepped.step : undefined;
  const frozen = step === undefined ? undefined : steps[step];
  const alt = `${title}, item ${item + 1}`;
  const value = frozen?.view ?? frame?.view ?? steps.at(-1)?.view;
  const output = frame?.output;
  const picture = frozen ? undefined : frame?.picture;
  return (
    <>
      {value?.kind === "picture" ? (
        <Picture
          hash={picture?.hash ?? value.picture}
          width={picture?.width ?? value.width}
          height={picture?.height ?? value.height}
          whole={picture?.whole === true}
          alt={output && !frozen ? output.name : alt}
          label={alt}
          view={view}
          onView={setView}
        />
      ) : (
        value && (
          <div className="look">
            <div className="look-value" key={item}>
              <CloseView view={value} alt={alt} name={output?.name ?? look.node} node={here} />
            </div>
          </div>
        )
      )}
      <footer className="look-foot">
        {steps.length > 1 && (
          <label className="look-steps">
            <span>{frozen ? `Step ${frozen.step}` : "Result"}</span>
            <input
              type="range"
              className="slider"
              min={0}
              max={steps.length}
              value={step ?? steps.length}
              onChange={({ target }) =>
                setStepped(target.valueAsNumber === steps.length ? undefined : { of: look, step: target.valueAsNumber })
              }
            />
          </label>
        )}
        <span className="bar-space" />
        {frame?.picture && (
          <button
            type="button"
            className="button"
            aria-pressed={marked !== undefined}
            title="Compare with the next picture that you choose"
            onClick={() => onMark(marked ? undefined : frame)}
          >
            <Columns2 size={14} aria-hidden />
            {marked ? "Choose another" : "Compare"}
          </button>
        )}
        <button
          type="button"
          className="button"
          title="Open the workflow that made this"
          onClick={() => void files.openRun(look.run)}
        >
          <Workflow size={14} aria-hidden />
          Its workflow
        </button>
        <a
          className="button"
          href={reportFile(look.run)}
          title="One HTML file: the run's pictures, settings, timings, versions and fingerprints"
        >
          <FileText size={14} aria-hidden />
          Report
        </a>
        {output ? (
          <Downloads run={look.run} output={output} />
        ) : (
          frame?.picture && (
            <a
              className="button"
              href={artifact(frame.picture.hash)}
              download={`${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}-${item + 1}.webp`}
            >
              <Download size={14} aria-hidden />
              Download
            </a>
          )
        )}
      </footer>
    </>
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

type ShellProps = {
  readonly title: string;
  readonly about: string;
  readonly docked: boolean;
  readonly children: ReactNode;
  onClose(): void;
  onKeyDown(event: KeyboardEvent): void;
};

/** The window around it: beside the canvas, or over everything. */
function Shell({ title, about, docked, children, onClose, onKeyDown }: ShellProps) {
  const { viewer } = useEditor();
  const tools = (
    <>
      <span className="viewer-about" title={about}>
        {about}
      </span>
      <button
        type="button"
        className="icon-button viewer-dock"
        title={docked ? "Fill the window" : "Dock beside the canvas"}
        onClick={() => viewer.dock(!docked)}
      >
        {docked ? <Maximize2 size={16} aria-label="Fill the window" /> : <PanelRight size={16} aria-label="Dock" />}
      </button>
    </>
  );
  if (docked)
    return (
      <Docked title={title} tools={tools} onClose={onClose} onKeyDown={onKeyDown}>
        {children}
      </Docked>
    );
  return (
    <Modal title={title} full tools={tools} onClose={onClose} onKeyDown={onKeyDown}>
      {children}
    </Modal>
  );
}

type DockedProps = Omit<ShellProps, "about" | "docked"> & { readonly tools: ReactNode };

function Docked({ title, tools, children, onClose, onKeyDown }: DockedProps) {
  const width = useStore(useEditor().viewer, (now) => now.width);
  const aside = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    aside.current!.style.width = `${width}px`;
  }, [width]);
  return (
    <aside ref={aside} className="viewer" aria-label={`Viewer: ${title}`} onKeyDown={onKeyDown}>
      <DockEdge of={aside} />
      <header>
        <h2 title={title}>{title}</h2>
        {tools}
        <button type="button" className="icon-button" title="Close (Escape)" onClick={onClose}>
          <X size={16} aria-label="Close the viewer" />
        </button>
      </header>
      {children}
    </aside>
  );
}
