import { Brush, Eraser, Redo2, Trash2, Undo2 } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import type { Point } from "../canvas/geometry.ts";
import { type End, setParam } from "../document/edit.ts";
import { usePage, useStore } from "../editor/use-editor.ts";
import { blank, extend, paint, redo, undo } from "../paint/painting.ts";
import { Modal } from "./modal.tsx";
import { drawPainting, encodePainting, placeOn } from "./paint-canvas.ts";
import { type PaintedOn, usePaintedOn } from "./use-painted-on.ts";

/** Paints the file of a parameter: white on black, over the picture that it belongs to. */
export function PaintDialog() {
  const { screen } = usePage();
  const [end, ...others] = useStore(screen, ({ paint }) => paint?.ends) ?? [];
  if (!end) return null;
  return (
    <Modal title="Paint a mask" wide onClose={() => screen.show({ paint: undefined })}>
      <Loaded key={`${end.node}.${end.port}`} ends={[end, ...others]} />
    </Modal>
  );
}

type Props = { readonly ends: readonly [End, ...End[]] };

function Loaded({ ends }: Props) {
  const on = usePaintedOn(ends[0]);
  return on ? <Painter on={on} ends={ends} /> : <p className="muted">Loading the picture…</p>;
}

/** Shares of the picture's shorter side that the brush has at first, and at most. */
const brush = { first: 0.08, most: 0.5 };

function Painter({ on: { size, under, before }, ends }: Props & { readonly on: PaintedOn }) {
  const { workflow, files, screen } = usePage();
  const shorter = Math.min(size.width, size.height);
  const [painting, setPainting] = useState(blank);
  const [radius, setRadius] = useState(Math.max(1, Math.round(shorter * brush.first)));
  const [erases, setErases] = useState(false);
  const [busy, setBusy] = useState(false);
  const [cursor, setCursor] = useState<Point>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const ring = useRef<HTMLDivElement>(null);
  const paper = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // As large as the room around it allows.
    const { style } = paper.current!;
    style.aspectRatio = `${size.width} / ${size.height}`;
    style.width = `min(100cqw, ${(100 * size.width) / size.height}cqh)`;
  }, [size]);
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    const accent = getComputedStyle(canvas.current!).getPropertyValue("--accent").trim();
    drawPainting(context, painting, before, accent);
  }, [painting, before]);
  useEffect(() => {
    const { style } = ring.current!;
    style.left = `${(100 * (cursor?.x ?? 0)) / size.width}%`;
    style.top = `${(100 * (cursor?.y ?? 0)) / size.height}%`;
    style.width = `${(200 * radius) / size.width}%`;
  }, [cursor, radius, size]);

  const dab = (point: Point) => setPainting((now) => paint(now, { points: [point], radius, erases }));
  const at = ({ clientX: x, clientY: y }: PointerEvent) => placeOn(canvas.current!, { x, y });
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    dab(at(event));
  };
  const move = (event: PointerEvent) => {
    setCursor(at(event));
    if (event.buttons === 1) setPainting((now) => extend(now, at(event)));
  };
  const act = (event: KeyboardEvent): (() => void) | undefined => {
    const { key, ctrlKey, metaKey, shiftKey } = event;
    const control = ctrlKey || metaKey;
    if (control && key.toLowerCase() === "z") return () => setPainting(shiftKey ? redo : undo);
    if (control && key.toLowerCase() === "y") return () => setPainting(redo);
    if (control || event.target !== canvas.current) return undefined;
    const now = cursor ?? { x: size.width / 2, y: size.height / 2 };
    const step = shorter / 32;
    const to = (x: number, y: number) => () => setCursor({ x: now.x + x * step, y: now.y + y * step });
    if (key === "ArrowLeft") return to(-1, 0);
    if (key === "ArrowRight") return to(1, 0);
    if (key === "ArrowUp") return to(0, -1);
    if (key === "ArrowDown") return to(0, 1);
    if (key === " " || key === "Enter") return () => dab(now);
    if (key === "e") return () => setErases(!erases);
    if (key === "[") return () => setRadius(Math.max(1, radius - 1));
    if (key === "]") return () => setRadius(Math.min(shorter * brush.most, radius + 1));
    return undefined;
  };
  const hear = (event: KeyboardEvent) => {
    const run = act(event);
    if (!run) return;
    event.preventDefault();
    // The editor's own undo would change the workflow below.
    event.stopPropagation();
    run();
  };
  const save = async () => {
    setBusy(true);
    const asset = await files.upload(await encodePainting(size, painting, before));
    setBusy(false);
    if (asset === undefined) return;
    workflow.edit((now) => ends.reduce((all, end) => setParam(all, end, asset), now));
    screen.show({ paint: undefined });
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys work wherever the focus is in here.
    <div className="painter" onKeyDown={hear}>
      <div className="painter-tools" role="toolbar" aria-label="Brush">
        <Tool title="Paint" Icon={Brush} pressed={!erases} onClick={() => setErases(false)} />
        <Tool title="Erase (E)" Icon={Eraser} pressed={erases} onClick={() => setErases(true)} />
        <label>
          <span>Size</span>
          <input
            type="range"
            className="slider"
            min={1}
            max={Math.max(2, Math.round(shorter * brush.most))}
            value={radius}
            onChange={({ target }) => setRadius(target.valueAsNumber)}
          />
        </label>
        <span className="bar-space" />
        <Tool title="Undo (Ctrl+Z)" Icon={Undo2} off={painting.done.length === 0} onClick={() => setPainting(undo)} />
        <Tool
          title="Redo (Ctrl+Shift+Z)"
          Icon={Redo2}
          off={painting.undone.length === 0}
          onClick={() => setPainting(redo)}
        />
        <Tool title="Clear" Icon={Trash2} onClick={() => setPainting((now) => paint(now, "clear"))} />
      </div>
      <div className="painter-stage">
        <div ref={paper} className="painter-paper" data-plain={under === undefined || undefined}>
          {under !== undefined && <img src={under} alt="What is painted over" draggable={false} />}
          <canvas
            ref={canvas}
            width={size.width}
            height={size.height}
            tabIndex={0}
            aria-label={`Painting, ${size.width} × ${size.height}. Arrow keys move the brush, Space paints, E erases, [ and ] size it.`}
            onPointerDown={down}
            onPointerMove={move}
            onPointerLeave={() => setCursor(undefined)}
          />
          <div ref={ring} className="painter-ring" hidden={cursor === undefined} data-erases={erases || undefined} />
        </div>
      </div>
      <footer className="look-foot">
        <span className="muted">
          {size.width} × {size.height}. What is painted is repainted.
        </span>
        <span className="bar-space" />
        <button type="button" className="button primary" disabled={busy} onClick={() => void save()}>
          {busy ? "Saving…" : "Use it"}
        </button>
      </footer>
    </div>
  );
}

type ToolProps = {
  readonly title: string;
  readonly Icon: typeof Brush;
  readonly pressed?: boolean;
  readonly off?: boolean;
  onClick(): void;
};

function Tool({ title, Icon, pressed, off = false, onClick }: ToolProps) {
  return (
    <button type="button" className="icon-button" title={title} aria-pressed={pressed} disabled={off} onClick={onClick}>
      <Icon size={16} aria-label={title} />
    </button>
  );
}
