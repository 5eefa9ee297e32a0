import { useEffect, useRef } from "react";
import { usePage, useStore } from "../editor/use-editor.ts";
import { boundsOf, fitAll } from "../map/camera.ts";
import { pictureSide, spacingOf } from "../map/scene.ts";
import { coloursAt, drawPoints } from "./map-draw.ts";
import { useMap } from "./use-map.ts";
import type { ViewProps } from "./view-kind.ts";

/** All of a map at once, on a node or in a grid. */
export function SmallMap({ view, alt }: ViewProps<"map">) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useStore(usePage().theme, (now) => now);
  const { content, sprites, problem } = useMap(view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours come from the theme.
  useEffect(() => {
    const element = canvas.current;
    if (!content || !element) return;
    const { points } = content;
    const bounds = boundsOf(points);
    const draw = () => {
      const size = { width: element.clientWidth, height: element.clientHeight };
      element.width = Math.round(size.width * devicePixelRatio);
      element.height = Math.round(size.height * devicePixelRatio);
      const context = element.getContext("2d")!;
      context.scale(devicePixelRatio, devicePixelRatio);
      const camera = fitAll(bounds, size, 20);
      const side = pictureSide(camera, spacingOf(bounds, points.length / 2));
      drawPoints(context, { camera, size, points, sprites, side, colours: coloursAt(element) });
    };
    const sizes = new ResizeObserver(draw);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [content, sprites, theme]);
  return (
    <figure className="map-small">
      <canvas ref={canvas} role="img" aria-label={`${alt}: a map of ${view.count} points`} />
      {problem !== undefined && <figcaption className="muted">{problem}</figcaption>}
    </figure>
  );
}
