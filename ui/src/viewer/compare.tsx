import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import type { PictureView } from "../canvas/picture-camera.ts";
import { Modal } from "../dialogs/modal.tsx";
import type { Compared } from "../editor/screen.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { artifact } from "../server/artifact.ts";
import { CompareSlider } from "./compare-slider.tsx";
import { DifferencePicture } from "./difference-picture.tsx";
import { Stage } from "./stage.tsx";
import { WhatDiffers } from "./what-differs.tsx";

const modes = [
  { id: "slider", label: "Slider" },
  { id: "side", label: "Side by side" },
  { id: "difference", label: "Difference" },
  { id: "blink", label: "Blink" },
] as const;
type Mode = (typeof modes)[number]["id"];

export type Size = { readonly width: number; readonly height: number };

/** Two pictures in four ways, and what differs in how they were made. */
export function CompareDialog() {
  const { screen } = useEditor();
  const pair = useStore(screen, (now) => now.compare);
  const [mode, setMode] = useState<Mode>("slider");
  if (!pair) return null;
  const tools = (
    <div className="compare-modes" role="toolbar" aria-label="How to compare">
      {modes.map(({ id, label }) => (
        <button key={id} type="button" className="button" aria-pressed={id === mode} onClick={() => setMode(id)}>
          {label}
        </button>
      ))}
    </div>
  );
  return (
    <Modal title="Compare" full tools={tools} onClose={() => screen.show({ compare: undefined })}>
      <Pair key={`${pair[0].picture} ${pair[1].picture}`} left={pair[0]} right={pair[1]} mode={mode} />
    </Modal>
  );
}

type PairProps = { readonly left: Compared; readonly right: Compared; readonly mode: Mode };

function Pair({ left, right, mode }: PairProps) {
  const [size, setSize] = useState<Size>({ width: 1, height: 1 });
  const [view, setView] = useState<PictureView>("fit");
  const stage = { ...size, view, onView: setView };
  // The larger of both: a small one is drawn over all of a large one of the same shape.
  const measure = useCallback(
    ({ naturalWidth: width, naturalHeight: height }: HTMLImageElement) =>
      setSize((now) => (width > now.width ? { width, height } : now)),
    [],
  );
  const pictures = (
    <>
      <Loaded compared={right} onLoad={measure} />
      <Loaded compared={left} onLoad={measure} />
    </>
  );
  return (
    <div className="compare-body">
      <div className="look">
        {mode === "slider" && <CompareSlider left={left} right={right} stage={stage} onLoad={measure} />}
        {mode === "side" && (
          <div className="compare-pair">
            {[left, right].map((one) => (
              <figure key={one.picture + one.title}>
                <Stage label={one.title} {...stage}>
                  <Loaded compared={one} onLoad={measure} />
                </Stage>
                <figcaption>{one.title}</figcaption>
              </figure>
            ))}
          </div>
        )}
        {mode === "difference" && <DifferencePicture left={left} right={right} stage={stage} onLoad={measure} />}
        {mode === "blink" && <Blink left={left} right={right} stage={stage} pictures={pictures} />}
      </div>
      <WhatDiffers left={left} right={right} />
    </div>
  );
}

type LoadedProps = { readonly compared: Compared; onLoad(image: HTMLImageElement): void };

function Loaded({ compared, onLoad }: LoadedProps) {
  return (
    <img
      src={artifact(compared.picture)}
      alt={compared.title}
      draggable={false}
      onLoad={({ currentTarget }) => onLoad(currentTarget)}
    />
  );
}

/** Milliseconds that each of two pictures is seen. */
const blinkMs = 700;

type BlinkProps = Omit<PairProps, "mode"> & {
  readonly stage: Size & { readonly view: PictureView; onView(view: PictureView): void };
  readonly pictures: ReactNode;
};

/** One picture after the other in the same place; for who wants no motion, at a press. */
function Blink({ left, right, stage, pictures }: BlinkProps) {
  const [first, setFirst] = useState(true);
  const [still, setStill] = useState(() => matchMedia("(prefers-reduced-motion: reduce)").matches);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (still) return;
    const timer = setInterval(() => setFirst((now) => !now), blinkMs);
    return () => clearInterval(timer);
  }, [still]);
  return (
    <>
      <div ref={box} className="blink" data-first={first}>
        <Stage label="Two pictures in turn" {...stage}>
          {pictures}
        </Stage>
      </div>
      <footer className="look-foot">
        <span>{(first ? left : right).title}</span>
        <span className="bar-space" />
        <button type="button" className="button" onClick={() => setFirst(!first)}>
          The other
        </button>
        <button type="button" className="button" aria-pressed={still} onClick={() => setStill(!still)}>
          {still ? "Go on by itself" : "Stop"}
        </button>
      </footer>
    </>
  );
}
