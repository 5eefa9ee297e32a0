import { useEffect, useRef, useState } from "react";
import type { PictureView } from "../canvas/picture-camera.ts";
import type { Compared } from "../editor/screen.ts";
import { artifact } from "../server/artifact.ts";
import { type Distance, drawDifference, type Pixels } from "./difference.ts";
import { Stage } from "./stage.tsx";

type Props = {
  readonly left: Compared;
  readonly right: Compared;
  readonly stage: {
    readonly width: number;
    readonly height: number;
    readonly view: PictureView;
    onView(view: PictureView): void;
  };
  onLoad(image: HTMLImageElement): void;
};

/** Where two pictures differ, amplified, with how far they are apart in words. */
export function DifferencePicture({ left, right, stage, onLoad }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [gain, setGain] = useState(4);
  const [images, setImages] = useState<readonly [HTMLImageElement, HTMLImageElement]>();
  const [distance, setDistance] = useState<Distance>();
  useEffect(() => {
    let here = true;
    void Promise.all([load(left.picture), load(right.picture)]).then((loaded) => {
      if (!here) return;
      for (const image of loaded) onLoad(image);
      setImages(loaded);
    });
    return () => {
      here = false;
    };
  }, [left.picture, right.picture, onLoad]);
  useEffect(() => {
    if (!images) return;
    const width = Math.max(images[0].naturalWidth, images[1].naturalWidth);
    const height = Math.max(images[0].naturalHeight, images[1].naturalHeight);
    Object.assign(canvas.current!, { width, height });
    const context = canvas.current!.getContext("2d")!;
    const into = context.createImageData(width, height);
    setDistance(drawDifference(pixelsOf(images[0], width, height), pixelsOf(images[1], width, height), gain, into));
    context.putImageData(into, 0, 0);
  }, [images, gain]);
  return (
    <>
      <Stage label="The difference" {...stage}>
        <canvas ref={canvas} className="compare-difference" />
      </Stage>
      <footer className="look-foot">
        <label className="look-steps">
          <span>Times {gain}</span>
          <input
            type="range"
            className="slider"
            aria-label="How much the difference is amplified"
            min={1}
            max={64}
            value={gain}
            onChange={({ target }) => setGain(target.valueAsNumber)}
          />
        </label>
        <span role="status">{distance && distanceText(distance)}</span>
      </footer>
    </>
  );
}

function distanceText({ largest, share }: Distance): string {
  if (largest === 0) return "No pixel differs.";
  const percent = share < 0.001 ? "less than 0.1" : (share * 100).toFixed(share < 0.1 ? 1 : 0);
  return `${percent} % of the pixels differ, by at most ${largest} of 255.`;
}

async function load(hash: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = artifact(hash);
  await image.decode();
  return image;
}

function pixelsOf(image: HTMLImageElement, width: number, height: number): Pixels {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
