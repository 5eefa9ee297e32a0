import { useEffect, useState } from "react";

type Images = ReadonlyMap<string, HTMLImageElement>;

/** The pictures at those addresses that are loaded and can be drawn. */
export function useImages(addresses: readonly string[]): Images {
  const [images, setImages] = useState<Images>(new Map());
  const wanted = addresses.join(" ");
  useEffect(() => {
    let gone = false;
    for (const address of wanted.split(" ").filter(Boolean)) {
      const image = new Image();
      image.src = address;
      image.decode().then(
        () => gone || setImages((now) => new Map([...now, [address, image]])),
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
