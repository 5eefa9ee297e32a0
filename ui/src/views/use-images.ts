import { useEffect, useState } from "react";

type Images = ReadonlyMap<string, HTMLImageElement>;

/**
 * The pictures that are loaded and can be drawn, by the names of their places. Of a place whose picture is at another address now, the
 * one before stays until that is loaded.
 */
export function useImages(addresses: ReadonlyMap<string, string>): Images {
  const [images, setImages] = useState<Images>(new Map());
  const wanted = JSON.stringify([...addresses]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: images that are loaded change nothing about what is wanted.
  useEffect(() => {
    let gone = false;
    const places = new Map(JSON.parse(wanted) as [place: string, address: string][]);
    for (const [place, address] of places) {
      if (images.get(place)?.getAttribute("src") === address) continue;
      const image = new Image();
      image.src = address;
      image.decode().then(
        () => gone || setImages((now) => new Map([...[...now].filter(([one]) => places.has(one)), [place, image]])),
        // A frame that gave way to a newer one is released; the newer one is on its way.
        () => {},
      );
    }
    return () => {
      gone = true;
    };
  }, [wanted]);
  return images;
}
