import type { AreaPlugin } from "rete-area-plugin";
import { between, type Transform } from "../canvas/geometry.ts";

/** Milliseconds that the canvas takes to get somewhere. */
const glideMs = 200;

/** Moves the canvas: at once, or in a moment that the eye can follow. */
export type Camera = {
  /** Where it stands now. */
  now(): Transform;
  /** Moves there at once. */
  jump(to: Transform): Promise<void>;
  /**
   * Glides there, unless the user has asked for less motion. Resolves when it has arrived, or when somebody has moved the canvas
   * meanwhile: a hand on the canvas is not fought.
   */
  glide(to: Transform): Promise<void>;
  /** The hand is on the canvas: a glide ends where it is. */
  hold(): void;
  /** How often a hand has been on the canvas. */
  held(): number;
};

/** The camera of the area that is drawn in the container. */
export function createCamera(container: HTMLElement, area: AreaPlugin<never, never>["area"]): Camera {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let turn = 0;
  let hands = 0;

  async function set({ k, x, y }: Transform): Promise<void> {
    // Rete moves after a moment: what is drawn meanwhile is drawn where the canvas is going.
    Object.assign(area.transform, { k, x, y });
    await area.zoom(k, 0, 0);
    await area.translate(x, y);
  }

  const now = (): Transform => {
    const { k, x, y } = area.transform;
    return { k, x, y };
  };

  return {
    now,
    jump(to) {
      turn++;
      return set(to);
    },
    async glide(to) {
      const mine = ++turn;
      const from = now();
      const { clientWidth: width, clientHeight: height } = container;
      const start = performance.now();
      while (!still.matches && !document.hidden) {
        const share = (await frame()) - start;
        if (mine !== turn) return;
        if (share >= glideMs) break;
        await set(between(from, to, eased(Math.max(0, share) / glideMs), { width, height }));
      }
      await set(to);
    },
    hold() {
      turn++;
      hands++;
    },
    held: () => hands,
  };
}

const frame = () => new Promise<number>(requestAnimationFrame);

/** Fast at first, and slower the nearer it comes. */
function eased(share: number): number {
  return 1 - (1 - share) ** 3;
}
