import type { Box, Point } from "../canvas/geometry.ts";
import { cameraTo, type MapFrame, mapFrame, onMap } from "../canvas/minimap.ts";
import type { Editor } from "../editor/create-editor.ts";
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
    const next = held && map ? map : mapFrame([...boxes.values()], window, size);
    if (stale !== undefined || next.scale !== map?.scale || next.x !== map.x || next.y !== map.y) drawCards(next);
    stale = undefined;
    map = next;
    const { left, top, right, bottom } = onMap(window, next);
    frame.style.translate = `${left}px ${top}px`;
    frame.style.width = `${right - left}px`;
    frame.style.height = `${bottom - top}px`;
  }

  function drawCards(at: MapFrame): void {
    const style = getComputedStyle(canvas);
    const [plain, chosen, running, failed] = ["--line-strong", "--accent", "--good", "--bad"].map((name) =>
      style.getPropertyValue(name),
    ) as [string, string, string, string];
    const { selection, prefix } = workflow.get();
    const { shown } = runs.get();
    const colourOf = (id: string) => {
      const state = stateIn(shown, prefix + id);
      if (state === "running") return running;
      if (selection.has(id)) return chosen;
      return state === "failed" ? failed : plain;
    };
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.clearRect(0, 0, size.width, size.height);
    for (const [id, box] of boxes) {
      const { left, top, right, bottom } = onMap(box, at);
      pen.fillStyle = colourOf(id);
      pen.fillRect(left, top, Math.max(1.5, right - left), Math.max(1.5, bottom - top));
    }
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
