import { type Box, boxAt, type Point } from "../canvas/geometry.ts";
import { cameraTo, type MapFrame, mapFrame, onMap } from "../canvas/minimap.ts";
import { notesOf } from "../document/notes.ts";
import type { Editor } from "../editor/create-editor.ts";
import { runIdOf } from "../editor/workflow.ts";
import { stateIn } from "../runs/run-view.ts";

export type MinimapView = {
  /** The pointer goes down at a point of the map: the canvas moves there. The map itself stands still until it is released. */
  hold(at: Point): void;
  drag(at: Point): void;
  release(): void;
  stop(): void;
};

/**
 * Draws the map into the canvas, at most once a frame, and keeps `frame` around what the window shows. Cards are drawn anew only if one
 * of them has changed, or the map has to show more; while the canvas is moved within it only the frame moves.
 */
export function drawMinimap(editor: Editor, canvas: HTMLCanvasElement, frame: HTMLElement): MinimapView {
  const { workflow, runs, theme, canvas: graph } = editor;
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  canvas.width = size.width * devicePixelRatio;
  canvas.height = size.height * devicePixelRatio;
  const pen = canvas.getContext("2d")!;
  let boxes: ReadonlyMap<string, Box> = new Map();
  let map: MapFrame | undefined;
  let held = false;
  /** What has to be drawn anew: the cards, or only what stands in them. */
  let stale: "cards" | "colours" | undefined = "cards";
  let document: unknown;
  let asked = 0;

  function later(): void {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      draw();
    });
  }

  function recolour(): void {
    stale ??= "colours";
    later();
  }

  function measure(): void {
    stale = "cards";
    later();
  }

  function follow(): void {
    const { present } = workflow.get().history;
    if (present === document) recolour();
    else measure();
    document = present;
  }

  function draw(): void {
    const { view } = graph.get();
    if (!view) return;
    if (stale === "cards") boxes = view.boxes();
    const window = view.visible();
    const notes = [...notesOf(workflow.present())].map(([id, note]) => [id, boxAt(note, note)] as const);
    const drawn = [...boxes.values(), ...notes.map(([, box]) => box)];
    const next = held && map ? map : mapFrame(drawn, window, size);
    if (stale !== undefined || next.scale !== map?.scale || next.x !== map.x || next.y !== map.y)
      drawCards(next, notes);
    stale = undefined;
    map = next;
    const { left, top, right, bottom } = onMap(window, next);
    frame.style.translate = `${left}px ${top}px`;
    frame.style.width = `${right - left}px`;
    frame.style.height = `${bottom - top}px`;
  }

  function drawCards(at: MapFrame, notes: readonly (readonly [string, Box])[]): void {
    const style = getComputedStyle(canvas);
    const [plain, chosen, running, failed] = ["--line-strong", "--accent", "--good", "--bad"].map((name) =>
      style.getPropertyValue(name),
    ) as [string, string, string, string];
    const here = workflow.get();
    const { selection, selectedNotes } = here;
    const { shown } = runs.get();
    const colourOf = (id: string) => {
      const state = stateIn(shown, runIdOf(here, id));
      if (state === "running") return running;
      if (selection.has(id)) return chosen;
      return state === "failed" ? failed : plain;
    };
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.clearRect(0, 0, size.width, size.height);
    const drawBox = (box: Box, colour: string) => {
      const { left, top, right, bottom } = onMap(box, at);
      pen.fillStyle = colour;
      pen.fillRect(left, top, Math.max(1.5, right - left), Math.max(1.5, bottom - top));
    };
    // Notes lie behind the cards and are paler.
    pen.globalAlpha = 0.45;
    for (const [id, box] of notes) drawBox(box, selectedNotes?.has(id) ? chosen : plain);
    pen.globalAlpha = 1;
    for (const [id, box] of boxes) drawBox(box, colourOf(id));
  }

  function go(at: Point): void {
    const { view } = graph.get();
    if (!view || !map) return;
    const now = view.camera();
    const { left, top, right, bottom } = view.visible();
    const window = { width: (right - left) * now.k, height: (bottom - top) * now.k };
    void view.moveTo(cameraTo(at, map, now, window));
  }

  const stops = [
    workflow.listen(follow),
    runs.listen(recolour),
    theme.listen(recolour),
    graph.listen(measure),
    graph.watch((changed) => (changed === "cards" ? measure() : later())),
  ];
  follow();

  return {
    hold(at) {
      held = true;
      go(at);
    },
    drag: go,
    release() {
      held = false;
      later();
    },
    stop() {
      cancelAnimationFrame(asked);
      for (const stop of stops) stop();
    },
  };
}
