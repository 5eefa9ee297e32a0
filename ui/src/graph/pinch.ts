import type { AreaPlugin } from "rete-area-plugin";
import { type Point, zoomAround } from "../canvas/geometry.ts";
import type { Camera } from "./camera.ts";

/**
 * Two fingers move the canvas and zoom it, wherever they lie: also on cards, which one finger drags. What the first finger had begun
 * ends where it is. Listens before Rete. Ends at `signal`.
 */
export function listenPinch(
  container: HTMLElement,
  area: AreaPlugin<never, never>["area"],
  camera: Camera,
  signal: AbortSignal,
): void {
  const fingers = new Map<number, Point>();
  let pinching = false;

  const spread = () => {
    const [a, b] = [...fingers.values()] as [Point, Point];
    return { middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, distance: Math.hypot(a.x - b.x, a.y - b.y) };
  };

  container.addEventListener(
    "pointerdown",
    (event) => {
      if (event.pointerType !== "touch") return;
      const [first] = fingers.keys();
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (first === undefined) return;
      event.stopImmediatePropagation();
      if (pinching) return;
      pinching = true;
      camera.hold();
      dispatchEvent(new PointerEvent("pointercancel", { pointerId: first, pointerType: "touch", bubbles: true }));
    },
    { capture: true, signal },
  );
  addEventListener(
    "pointermove",
    (event) => {
      if (!fingers.has(event.pointerId)) return;
      const before = pinching && fingers.size === 2 ? spread() : undefined;
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (!pinching) return;
      event.stopImmediatePropagation();
      if (!before) return;
      const after = spread();
      const { left, top } = container.getBoundingClientRect();
      const now = camera.now();
      const moved = {
        ...now,
        x: now.x + after.middle.x - before.middle.x,
        y: now.y + after.middle.y - before.middle.y,
      };
      const at = { x: after.middle.x - left, y: after.middle.y - top };
      const next = zoomAround(moved, before.distance > 0 ? after.distance / before.distance : 1, at);
      void area.zoom(next.k, next.x - now.x, next.y - now.y);
    },
    { capture: true, signal },
  );
  const lift = (event: PointerEvent) => {
    if (!event.isTrusted || !fingers.delete(event.pointerId)) return;
    // The finger that stays does nothing until it is lifted too.
    if (fingers.size === 0) pinching = false;
  };
  addEventListener("pointerup", lift, { capture: true, signal });
  addEventListener("pointercancel", lift, { capture: true, signal });
}
