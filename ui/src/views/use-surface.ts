import { type RefObject, useEffect, useMemo, useRef } from "react";
import { createSurface, type Surface, type SurfaceListener } from "./map-surface.ts";

/** The element that a map goes into, and the map once it is there. */
export type SurfaceHandle = { readonly box: RefObject<HTMLDivElement | null>; readonly now: Surface | undefined };

/** Puts a map of these points into an element. It is made once; what it reports goes to the newest listener. */
export function useSurface(points: readonly number[], listener: SurfaceListener): SurfaceHandle {
  const box = useRef<HTMLDivElement>(null);
  const made = useRef<Surface>(undefined);
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });
  useEffect(() => {
    const surface = createSurface(box.current!, points, {
      hover: (...told) => newest.current.hover(...told),
      select: (...told) => newest.current.select(...told),
      place: (...told) => newest.current.place(...told),
      join: (...told) => newest.current.join(...told),
    });
    made.current = surface;
    return surface.remove;
  }, [points]);
  return useMemo(
    () => ({
      box,
      get now() {
        return made.current;
      },
    }),
    [],
  );
}
