import { useMemo } from "react";
import type { Overlay } from "./map-surface.ts";
import { useImages } from "./use-images.ts";
import type { DecodedPlace, DecodedStrip } from "./use-places.ts";

type Drawn = {
  readonly selected: readonly number[];
  readonly places: readonly DecodedPlace[];
  readonly strips: readonly DecodedStrip[];
};

/**
 * What lies above a map's points. It is another one only if it looks different: an event of the run that changes nothing to be seen
 * here draws nothing, and a picture gives way to a newer one when that is loaded.
 */
export function useOverlay({ selected, places, strips }: Drawn): Overlay {
  const parts = {
    places: places.map(({ node, at, pictures }) => ({ at, pictures: named(`${node} ${at.x} ${at.y}`, pictures) })),
    strips: strips.map(({ node, items, pictures }) => ({ items, pictures: named(`${node} ${items}`, pictures) })),
  };
  const images = useImages(new Map([...parts.places, ...parts.strips].flatMap(({ pictures }) => pictures)));
  const looks = JSON.stringify([
    parts.places.map(({ at, pictures }) => [at, pictures.map(([name]) => name)]),
    parts.strips.map(({ items, pictures }) => [items, pictures.map(([name]) => name)]),
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `looks` is all that is read of the parts.
  return useMemo(() => {
    const drawn = (pictures: readonly Named[]) => pictures.map(([name]) => images.get(name));
    return {
      selected: new Set(selected),
      places: parts.places.map(({ at, pictures }) => ({ at, picture: drawn(pictures)[0] })),
      strips: parts.strips.map(({ items, pictures }) => ({ items, pictures: drawn(pictures) })),
    };
  }, [selected, looks, images]);
}

type Named = readonly [name: string, address: string];

/** The pictures of a part of a map, each with a name that it keeps as long as it is for the same part. */
function named(part: string, addresses: readonly string[]): readonly Named[] {
  return addresses.map((address, i) => [`${part} ${i}`, address]);
}
