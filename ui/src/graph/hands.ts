import type { AreaPlugin } from "rete-area-plugin";
import { zoomAround } from "../canvas/geometry.ts";
import type { Camera } from "./camera.ts";
import { listenPinch } from "./pinch.ts";
import { turnOf } from "./wheel.ts";

/**
 * Moves the canvas by wheel, by two fingers and by dragging with Space held. Listens before Rete and before the nodes. Ends at
 * `signal`.
 */
export function listenHands(
  container: HTMLElement,
  area: AreaPlugin<never, never>["area"],
  camera: Camera,
  signal: AbortSignal,
): void {
  container.addEventListener(
    "wheel",
    (event) => {
      // Text that is being edited scrolls in its field.
      const field = (event.target as Element).closest("textarea");
      event.stopImmediatePropagation();
      if (field && field === document.activeElement && field.scrollHeight > field.clientHeight && !event.ctrlKey)
        return;
      event.preventDefault();
      camera.hold();
      const turn = turnOf(event, container.clientHeight);
      const { left, top } = container.getBoundingClientRect();
      const now = camera.now();
      if (!("zoom" in turn)) return void area.translate(now.x + turn.x, now.y + turn.y);
      const next = zoomAround(now, turn.zoom, { x: event.clientX - left, y: event.clientY - top });
      void area.zoom(next.k, next.x - now.x, next.y - now.y);
    },
    { capture: true, passive: false, signal },
  );
  container.addEventListener("pointerdown", () => camera.hold(), { capture: true, signal });
  listenSpace(container, area, camera, signal);
  listenPinch(container, area, camera, signal);
}

/** With Space held the whole canvas is a handle: what lies under the pointer is neither pressed nor dragged. */
function listenSpace(
  container: HTMLElement,
  area: AreaPlugin<never, never>["area"],
  camera: Camera,
  signal: AbortSignal,
): void {
  const set = (hand: "ready" | "panning" | undefined) => {
    if (hand) container.dataset.hand = hand;
    else delete container.dataset.hand;
  };
  let held = false;
  let panned = false;
  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== " " || event.ctrlKey || event.altKey || event.metaKey) return;
      const at = document.activeElement;
      const onCanvas = at === document.body || at === container || at?.matches(".node");
      if (!onCanvas) return;
      event.preventDefault();
      held = true;
      if (container.dataset.hand === undefined) set("ready");
    },
    { signal },
  );
  const release = () => {
    held = false;
    if (container.dataset.hand === "ready") set(undefined);
  };
  addEventListener("keyup", (event) => event.key === " " && release(), { signal });
  addEventListener("blur", release, { signal });
  container.addEventListener(
    "pointerdown",
    (down) => {
      panned = held && down.button === 0;
      if (!panned) return;
      down.stopImmediatePropagation();
      down.preventDefault();
      set("panning");
      const from = camera.now();
      const off = new AbortController();
      const once = { signal: off.signal };
      const move = ({ clientX, clientY }: PointerEvent) =>
        void area.translate(from.x + clientX - down.clientX, from.y + clientY - down.clientY);
      const end = () => {
        off.abort();
        set(held ? "ready" : undefined);
      };
      addEventListener("pointermove", move, once);
      addEventListener("pointerup", end, once);
      addEventListener("pointercancel", end, once);
    },
    { capture: true, signal },
  );
  // The click that ends a pan selects nothing. Another press comes before every other click.
  container.addEventListener("click", (event) => panned && event.stopImmediatePropagation(), { capture: true, signal });
}
