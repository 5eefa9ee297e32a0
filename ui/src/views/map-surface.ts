import type { Point, Size } from "../canvas/geometry.ts";
import { boundsOf, type Camera, fitAll, panBy, toMap, toScreen, zoomAt } from "../map/camera.ts";
import { pointsInside } from "../map/find-points.ts";
import { actOf, type Drag, dragFrom, isDrag, type Pressed } from "../map/gestures.ts";
import { freeEdge, pictureSide, pointAt, spacingOf } from "../map/scene.ts";
import { coloursAt, drawFrame, drawLine, drawPoints, drawSprite, type MapColours, type Sprites } from "./map-draw.ts";

/** What lies on a map above its points. */
export type Overlay = {
  readonly selected: ReadonlySet<number>;
  /** Decoded places with their pictures; without one yet, an empty frame. */
  readonly places: readonly { readonly at: Point; readonly picture: CanvasImageSource | undefined }[];
  /** The points at the ends of strips, and the pictures from one to the other, both ends included. */
  readonly strips: readonly {
    readonly items: readonly [from: number, to: number];
    readonly pictures: readonly (CanvasImageSource | undefined)[];
  }[];
};

/** A place of the map, and the point whose picture or dot is there. */
export type Spot = { readonly at: Point; readonly item: number | undefined };

/** What a person does on the map. */
export type SurfaceListener = {
  /** The pointer, or the cross moved by keys, is there now; undefined if it has left. */
  hover(spot: Spot | undefined, by: "pointer" | "keys"): void;
  /** Points were clicked or outlined. */
  select(items: readonly number[]): void;
  /** An empty place was clicked, at that scale. */
  place(at: Point, scale: number): void;
  /** A drag led from one point to another. */
  join(from: number, to: number): void;
};

export type Surface = {
  overlay(overlay: Overlay): void;
  sprites(sprites: Sprites): void;
  zoom(factor: number): void;
  fit(): void;
  /** Whether a plain drag draws an outline. */
  lasso(on: boolean): void;
  /** Reads the theme's colours again. */
  recolour(): void;
  remove(): void;
};

/**
 * Puts a map into the element, as large as that is. It is drawn in the browser's frames, and only if something has changed. Pointer,
 * wheel and keys move it; what else they mean is reported to `listener`.
 */
export function createSurface(box: HTMLElement, points: readonly number[], listener: SurfaceListener): Surface {
  const canvas = box.appendChild(document.createElement("canvas"));
  const context = canvas.getContext("2d", { alpha: false })!;
  const bounds = boundsOf(points);
  const spacing = spacingOf(bounds, points.length / 2);
  let size: Size = { width: 0, height: 0 };
  let camera: Camera = { scale: 1, left: 0, top: 0 };
  let whole = 1;
  /** Until somebody moves the map it shows all of it, however large the window becomes. */
  let moved = false;
  let sprites: Sprites | undefined;
  let overlay: Overlay = { selected: new Set(), places: [], strips: [] };
  let colours: MapColours = coloursAt(box);
  let lassoing = false;
  let frame = 0;
  let hovered: number | undefined;
  let cross: Point | undefined;
  /** The point from which the keys lead. */
  let joining: number | undefined;
  let press:
    | (Pressed & { readonly from: Point; readonly drag?: Drag; readonly outline: Point[]; at: Point })
    | undefined;

  const at = (item: number): Point => ({ x: points[2 * item]!, y: points[2 * item + 1]! });
  const side = () => pictureSide(camera, spacing);
  const spotAt = (screen: Point): Spot => {
    const place = toMap(camera, screen);
    return { at: place, item: pointAt(camera, points, sprites ? side() : 0, place) };
  };

  function redraw(): void {
    frame ||= requestAnimationFrame(draw);
  }

  function draw(): void {
    frame = 0;
    context.fillStyle = colours.surface;
    context.fillRect(0, 0, size.width, size.height);
    const pictures = side();
    drawPoints(context, { camera, size, points, sprites, side: pictures, colours });
    for (const strip of overlay.strips) drawStrip(strip, pictures);
    for (const item of overlay.selected) drawFrame(context, toScreen(camera, at(item)), pictures || 8, colours.accent);
    const from = press?.drag?.does === "join" ? press.drag.from : joining;
    const to = press?.drag?.does === "join" ? toMap(camera, press.at) : cross;
    if (from !== undefined && to) drawLine(context, camera, [at(from), to], { colour: colours.accent });
    for (const { at: place, picture } of overlay.places) drawPlace(place, picture, pictures);
    if (hovered !== undefined) drawHovered(hovered, pictures);
    if (press?.drag?.does === "lasso")
      drawLine(context, camera, press.outline, { colour: colours.accent, closed: true });
    if (cross) drawCross(toScreen(camera, cross));
  }

  function drawPlace(place: Point, picture: CanvasImageSource | undefined, pictures: number): void {
    const wide = Math.min(128, Math.max(48, 1.25 * pictures));
    const { x, y } = toScreen(camera, place);
    context.fillStyle = colours.surface;
    context.fillRect(x - wide / 2, y - wide / 2, wide, wide);
    if (picture) context.drawImage(picture, x - wide / 2, y - wide / 2, wide, wide);
    drawFrame(context, { x, y }, wide, colours.accent);
  }

  function drawStrip({ items, pictures: drawn }: Overlay["strips"][number], pictures: number): void {
    const [from, to] = [at(items[0]), at(items[1])];
    drawLine(context, camera, [from, to], { colour: colours.accent });
    // At its ends the points themselves are to be seen.
    for (const [i, picture] of drawn.entries()) {
      if (i === 0 || i === drawn.length - 1) continue;
      const share = i / (drawn.length - 1);
      drawPlace({ x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) }, picture, 0.8 * pictures);
    }
  }

  function drawHovered(item: number, pictures: number): void {
    const place = toScreen(camera, at(item));
    const wide = sprites ? Math.max(64, 1.2 * pictures) : 8;
    if (sprites) drawSprite(context, sprites, item, place, wide);
    drawFrame(context, place, wide, colours.text);
  }

  function drawCross({ x, y }: Point): void {
    context.beginPath();
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      context.moveTo(x + 4 * dx, y + 4 * dy);
      context.lineTo(x + 14 * dx, y + 14 * dy);
    }
    context.strokeStyle = colours.text;
    context.lineWidth = 2;
    context.stroke();
  }

  function moveTo(next: Camera): void {
    camera = next;
    moved = true;
    redraw();
  }

  function fit(): void {
    camera = fitAll(bounds, size, freeEdge);
    whole = camera.scale;
    moved = false;
    redraw();
  }

  function zoom(factor: number, around: Point = { x: size.width / 2, y: size.height / 2 }): void {
    moveTo(zoomAt(camera, around, factor, whole));
  }

  function hover(spot: Spot | undefined, by: "pointer" | "keys"): void {
    if (hovered !== spot?.item || by === "keys") redraw();
    hovered = spot?.item;
    canvas.style.cursor = lassoing ? "crosshair" : spot?.item === undefined ? "" : "pointer";
    listener.hover(spot, by);
  }

  function pressed({ at: place, item }: Spot, always: boolean): void {
    if (item === undefined || always) listener.place(place, camera.scale);
    else listener.select([item]);
  }

  function joinTo(item: number | undefined, from: number): void {
    if (item !== undefined && item !== from) listener.join(from, item);
  }

  const here = ({ offsetX, offsetY }: MouseEvent): Point => ({ x: offsetX, y: offsetY });

  function down(event: PointerEvent): void {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    cross = undefined;
    const from = here(event);
    const { item, at: place } = spotAt(from);
    press = { item, lasso: lassoing || event.shiftKey, always: event.altKey, from, at: from, outline: [place] };
  }

  function move(event: PointerEvent): void {
    const now = here(event);
    if (!press) {
      hover(spotAt(now), "pointer");
      return;
    }
    const by = { x: now.x - press.at.x, y: now.y - press.at.y };
    press.at = now;
    if (!press.drag) {
      if (!isDrag(press.from, now)) return;
      const whole = { x: now.x - press.from.x, y: now.y - press.from.y };
      press = { ...press, drag: dragFrom(press) };
      if (press.drag!.does === "pan") moveTo(panBy(camera, whole));
    } else if (press.drag.does === "pan") moveTo(panBy(camera, by));
    if (press.drag!.does === "lasso") press.outline.push(toMap(camera, now));
    if (press.drag!.does === "join") hover(spotAt(now), "pointer");
    redraw();
  }

  function up(event: PointerEvent): void {
    const ended = press;
    press = undefined;
    redraw();
    if (!ended || event.type === "pointercancel") return;
    const spot = spotAt(here(event));
    if (!ended.drag) pressed(spot, ended.always);
    else if (ended.drag.does === "lasso") listener.select(pointsInside(ended.outline, points));
    else if (ended.drag.does === "join") joinTo(spot.item, ended.drag.from);
  }

  function leave(): void {
    if (!press) hover(undefined, "pointer");
  }

  function wheel(event: WheelEvent): void {
    event.preventDefault();
    zoom(2 ** (-event.deltaY / 300), here(event));
    hover(spotAt(here(event)), "pointer");
  }

  function moveCross(by: Point): void {
    const before = cross ? toScreen(camera, cross) : { x: size.width / 2, y: size.height / 2 };
    const next = cross ? { x: before.x + by.x, y: before.y + by.y } : before;
    cross = toMap(camera, next);
    const over = (value: number, length: number) =>
      Math.max(0, freeEdge - value) + Math.min(0, length - freeEdge - value);
    const off = { x: over(next.x, size.width), y: over(next.y, size.height) };
    if (off.x !== 0 || off.y !== 0) moveTo(panBy(camera, off));
    hover(spotAt(toScreen(camera, cross)), "keys");
  }

  function key(event: KeyboardEvent): void {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : actOf(event.key, event.shiftKey);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    if (act.does === "move") moveCross(act.by);
    else if (act.does === "zoom") zoom(act.factor, cross && toScreen(camera, cross));
    else if (act.does === "fit") fit();
    else if (!cross) moveCross({ x: 0, y: 0 });
    else {
      const spot = spotAt(toScreen(camera, cross));
      if (act.does === "press") pressed(spot, false);
      else if (joining === undefined) joining = spot.item;
      else {
        joinTo(spot.item, joining);
        joining = undefined;
      }
      redraw();
    }
  }

  function blur(): void {
    cross = undefined;
    joining = undefined;
    redraw();
  }

  const sizes = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = canvas;
    size = { width, height };
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    if (moved) redraw();
    else fit();
  });
  sizes.observe(canvas);

  const hearing = new AbortController();
  const { signal } = hearing;
  canvas.addEventListener("pointerdown", down, { signal });
  canvas.addEventListener("pointermove", move, { signal });
  canvas.addEventListener("pointerup", up, { signal });
  canvas.addEventListener("pointercancel", up, { signal });
  canvas.addEventListener("pointerleave", leave, { signal });
  canvas.addEventListener("wheel", wheel, { signal, passive: false });
  box.addEventListener("keydown", key, { signal });
  box.addEventListener("blur", blur, { signal });

  return {
    overlay(next) {
      overlay = next;
      redraw();
    },
    sprites(next) {
      sprites = next;
      redraw();
    },
    zoom,
    fit,
    lasso(on) {
      lassoing = on;
    },
    recolour() {
      colours = coloursAt(box);
      redraw();
    },
    remove() {
      hearing.abort();
      sizes.disconnect();
      cancelAnimationFrame(frame);
      canvas.remove();
    },
  };
}
