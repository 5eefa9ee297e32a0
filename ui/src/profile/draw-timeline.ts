import type { Memory } from "@clipwork/engine";
import type { Bar, Row } from "./rows.ts";
import { exactTime, ticksOf, type Window } from "./scale.ts";

/** Sizes in CSS pixels. */
export const sizes = { gutter: 132, axis: 24, row: 24, memory: 56 } as const;

export type Drawing = {
  readonly rows: readonly Row[];
  readonly memory: readonly Memory[];
  /** When the run began, for the times of memory. */
  readonly start: number;
  readonly window: Window;
  readonly width: number;
  readonly hovered: Bar | undefined;
  /** Degrees of hue by stage. */
  readonly hues: ReadonlyMap<string, number>;
};

/** How high a timeline of so many rows is. */
export function heightOf(rows: number, memory: boolean): number {
  return sizes.axis + rows * sizes.row + (memory ? sizes.memory : 0);
}

/** Hues by stage, apart from one another and always the same for the same stages. */
export function huesOf(rows: readonly Row[]): ReadonlyMap<string, number> {
  const stages = [...new Set(rows.flatMap(({ bars }) => bars.flatMap(({ stage }) => stage ?? [])))].sort();
  return new Map(stages.map((stage, i) => [stage, (40 + (i * 360) / stages.length) % 360]));
}

/** The colour of a stage, as CSS. */
export function stageColour(hue: number): string {
  return `oklch(var(--kind-lightness) var(--kind-chroma) ${Math.round(hue)})`;
}

/** Draws the timeline in the colours of the page's theme. */
export function drawTimeline(canvas: HTMLCanvasElement, drawing: Drawing): void {
  const { rows, memory, width } = drawing;
  const height = heightOf(rows.length, memory.length > 0);
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d")!;
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  context.scale(ratio, ratio);
  context.font = `12px ${style.fontFamily}`;
  context.textBaseline = "middle";
  drawAxis(context, drawing, height, colour);
  for (const [i, row] of rows.entries()) drawRow(context, drawing, row, sizes.axis + i * sizes.row, colour);
  if (memory.length > 0) drawMemory(context, drawing, sizes.axis + rows.length * sizes.row, colour);
}

type Colours = (name: string) => string;

function placeOf({ window: { from, to }, width }: Drawing, time: number): number {
  return sizes.gutter + ((time - from) / (to - from)) * (width - sizes.gutter);
}

function drawAxis(context: CanvasRenderingContext2D, drawing: Drawing, height: number, colour: Colours): void {
  const { window, width } = drawing;
  context.lineWidth = 1;
  for (const tick of ticksOf(window, (width - sizes.gutter) / 90)) {
    const x = Math.round(placeOf(drawing, tick)) + 0.5;
    context.strokeStyle = colour("--line");
    context.beginPath();
    context.moveTo(x, sizes.axis - 4);
    context.lineTo(x, height);
    context.stroke();
    const text = exactTime(tick);
    const space = context.measureText(text).width;
    context.fillStyle = colour("--muted");
    if (x + space / 2 <= width) context.fillText(text, Math.max(x - space / 2, sizes.gutter), sizes.axis / 2 - 2);
  }
}

function drawRow(
  context: CanvasRenderingContext2D,
  drawing: Drawing,
  { label, bars }: Row,
  top: number,
  colour: Colours,
): void {
  const { width, hovered, hues } = drawing;
  const middle = top + sizes.row / 2;
  context.fillStyle = colour("--text");
  clipped(context, [0, top, sizes.gutter - 10, sizes.row], () => context.fillText(label, 0, middle));
  clipped(context, [sizes.gutter, top, width - sizes.gutter, sizes.row], () => {
    let drawn = Number.NEGATIVE_INFINITY;
    for (const bar of bars) {
      const x = placeOf(drawing, bar.from);
      const end = Math.max(placeOf(drawing, bar.to), x + 1);
      // Of bars within one pixel the first stands for all.
      if (end < sizes.gutter || x > width || (end <= drawn && bar !== hovered)) continue;
      drawn = Math.ceil(end);
      const hue = bar.stage === undefined ? undefined : hues.get(bar.stage);
      context.fillStyle = bar.failed
        ? colour("--bad-soft")
        : hue === undefined
          ? colour("--accent-soft")
          : `oklch(${colour("--kind-lightness")} ${colour("--kind-chroma")} ${Math.round(hue)})`;
      context.fillRect(x, top + 3, end - x, sizes.row - 6);
      context.strokeStyle = bar === hovered ? colour("--text") : bar.failed ? colour("--bad") : colour("--accent");
      if (bar === hovered || hue === undefined) context.strokeRect(x + 0.5, top + 3.5, end - x - 1, sizes.row - 7);
      drawSteps(context, drawing, bar, top);
      // On the hues of stages no one colour of text can be read in both themes.
      if (hue === undefined) drawLabel(context, bar.label, Math.max(x, sizes.gutter), end, middle, colour);
    }
  });
}

function drawSteps(context: CanvasRenderingContext2D, drawing: Drawing, { steps }: Bar, top: number): void {
  context.globalAlpha = 0.4;
  let last = Number.NEGATIVE_INFINITY;
  for (const step of steps) {
    const x = Math.round(placeOf(drawing, step)) + 0.5;
    // So near to one another they would be a stain.
    if (x - last < 4) continue;
    last = x;
    context.beginPath();
    context.moveTo(x, top + sizes.row - 9);
    context.lineTo(x, top + sizes.row - 4);
    context.stroke();
  }
  context.globalAlpha = 1;
}

function drawLabel(
  context: CanvasRenderingContext2D,
  label: string,
  from: number,
  to: number,
  middle: number,
  colour: Colours,
): void {
  if (context.measureText(label).width > to - from - 10) return;
  context.fillStyle = colour("--text");
  context.fillText(label, from + 6, middle - 1);
}

function drawMemory(context: CanvasRenderingContext2D, drawing: Drawing, top: number, colour: Colours): void {
  const { memory, start, width } = drawing;
  const most = memory.reduce((high, { rss }) => Math.max(high, rss), 0);
  const bottom = top + sizes.memory - 4;
  const y = (bytes: number) => bottom - (bytes / most) * (sizes.memory - 14);
  context.fillStyle = colour("--text");
  context.fillText("Memory", 0, top + sizes.row / 2 + 4);
  clipped(context, [sizes.gutter, top, width - sizes.gutter, sizes.memory], () => {
    const line = (of: (sample: Memory) => number) => {
      context.beginPath();
      memory.forEach((sample, i) => {
        const x = placeOf(drawing, sample.time - start);
        if (i === 0) context.moveTo(placeOf(drawing, 0), y(of(sample)));
        context.lineTo(x, y(of(sample)));
      });
      context.stroke();
    };
    context.lineWidth = 1.5;
    context.strokeStyle = colour("--accent");
    line(({ rss }) => rss);
    context.setLineDash([4, 3]);
    context.strokeStyle = colour("--muted");
    line(({ loaded }) => loaded);
    context.setLineDash([]);
    context.lineWidth = 1;
  });
}

function clipped(
  context: CanvasRenderingContext2D,
  [x, y, width, height]: readonly [number, number, number, number],
  draw: () => void,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  draw();
  context.restore();
}
