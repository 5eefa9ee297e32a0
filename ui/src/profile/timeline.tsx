import type { Profile } from "@clipwork/engine";
import { ZoomIn, ZoomOut } from "lucide-react";
import { type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { drawTimeline, sizes } from "./draw-timeline.ts";
import { type Bar, barAt, type Row } from "./rows.ts";
import { moved, type Window, wholeOf, zoomed } from "./scale.ts";

type Props = {
  readonly rows: readonly Row[];
  readonly hues: ReadonlyMap<string, number>;
  readonly profile: Profile;
};

/** How much a key or a button zooms. */
const stride = 1.6;

/** Nodes, steps, model runs and memory over time. The wheel and + and − zoom, dragging and the arrows move it. */
export function Timeline({ rows, hues, profile }: Props) {
  const { theme: themes } = useEditor();
  const theme = useStore(themes, (now) => now);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  /** Absent while all of it is shown, however long it gets. */
  const [chosen, setChosen] = useState<Window>();
  const [hovered, setHovered] = useState<Bar>();
  const { start, memory } = profile;
  const ms = profile.end - start;
  const window = chosen ?? wholeOf(ms);
  const zoom = (factor: number, about = (window.from + window.to) / 2) => setChosen(zoomed(window, about, factor, ms));
  const shift = (share: number) => setChosen(moved(window, share * (window.to - window.from), ms));
  const timeAt = (x: number) => window.from + ((x - sizes.gutter) / (width - sizes.gutter)) * (window.to - window.from);

  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(canvas.current!);
    return () => observer.disconnect();
  }, []);
  // After every drawing of the component: the theme is among what decides it.
  useEffect(() => {
    if (width > sizes.gutter) drawTimeline(canvas.current!, { rows, memory, start, window, width, hovered, hues });
  });
  // React listens to the wheel in a way that cannot keep the page from scrolling.
  const onWheel = useRef((_: WheelEvent) => {});
  useEffect(() => {
    onWheel.current = (event) => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        shift((event.deltaX || event.deltaY) / (width - sizes.gutter));
      else zoom(Math.exp(event.deltaY * 0.002), timeAt(Math.max(event.offsetX, sizes.gutter)));
    };
  });
  useEffect(() => {
    const element = canvas.current!;
    const listener = (event: WheelEvent) => onWheel.current(event);
    element.addEventListener("wheel", listener, { passive: false });
    return () => element.removeEventListener("wheel", listener);
  }, []);

  function point(event: PointerEvent<HTMLCanvasElement>): void {
    const { offsetX, offsetY, movementX } = event.nativeEvent;
    if (event.buttons === 1) shift(-movementX / (width - sizes.gutter));
    const row = rows[Math.floor((offsetY - sizes.axis) / sizes.row)];
    const reach = (4 / (width - sizes.gutter)) * (window.to - window.from);
    setHovered(row && offsetX >= sizes.gutter ? barAt(row, timeAt(offsetX), reach) : undefined);
  }

  return (
    <div className="profile-timeline" data-theme-drawn={theme}>
      <div className="profile-tools">
        <output className="profile-words">{hovered?.words ?? "Point at a bar to read about it."}</output>
        <button type="button" className="icon-button small" title="Show less (+)" onClick={() => zoom(1 / stride)}>
          <ZoomIn size={14} aria-label="Show less of the time" />
        </button>
        <button type="button" className="icon-button small" title="Show more (−)" onClick={() => zoom(stride)}>
          <ZoomOut size={14} aria-label="Show more of the time" />
        </button>
        <button type="button" className="button" disabled={chosen === undefined} onClick={() => setChosen(undefined)}>
          Whole run
        </button>
      </div>
      <div className="profile-scroll">
        <canvas
          ref={canvas}
          role="img"
          tabIndex={0}
          aria-label="Timeline of the nodes and model runs. + and − zoom, the arrows move it. The table has the sums."
          data-from={window.from}
          data-to={window.to}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={point}
          onPointerLeave={() => setHovered(undefined)}
          onKeyDown={({ key }) => {
            if (key === "+" || key === "=") zoom(1 / stride);
            if (key === "-") zoom(stride);
            if (key === "ArrowLeft") shift(-0.2);
            if (key === "ArrowRight") shift(0.2);
          }}
        />
      </div>
    </div>
  );
}
