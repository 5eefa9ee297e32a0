import type { Hash } from "@clipwork/server/wire";
import { useRef, useState } from "react";
import type { PictureView } from "../canvas/picture-camera.ts";
import { artifact } from "../server/artifact.ts";
import { Stage } from "./stage.tsx";

type Props = {
  readonly hash: Hash;
  readonly width: number;
  readonly height: number;
  /** Whether the file has every pixel as it is, else its colours are about right. */
  readonly whole: boolean;
  readonly alt: string;
  readonly label: string;
  readonly view: PictureView;
  onView(view: PictureView): void;
};

/** A picture down to its pixels, with the zoom and the pixel under the pointer in words. */
export function Picture({ hash, width, height, whole, alt, label, view, onView }: Props) {
  const image = useRef<HTMLImageElement>(null);
  const readout = useRef<HTMLSpanElement>(null);
  const colours = useRef<{ readonly of: Hash; readonly pixels: ImageData } | undefined>(undefined);
  const [scale, setScale] = useState<number>();
  const read = (pixel: { readonly x: number; readonly y: number } | undefined) => {
    const loaded = image.current!;
    if (!pixel || loaded.naturalWidth === 0) {
      readout.current!.textContent = "";
      return;
    }
    if (colours.current?.of !== hash) colours.current = { of: hash, pixels: pixelsOf(loaded) };
    const { pixels } = colours.current;
    const x = Math.floor((pixel.x / width) * pixels.width);
    const y = Math.floor((pixel.y / height) * pixels.height);
    const rgb = [...pixels.data.subarray(4 * (y * pixels.width + x)).subarray(0, 3)];
    readout.current!.textContent = `x ${pixel.x}, y ${pixel.y} · ${whole ? "" : "about "}RGB ${rgb.join(", ")}`;
  };
  return (
    <div className="look">
      <Stage
        label={label}
        width={width}
        height={height}
        view={view}
        onView={onView}
        onPixel={read}
        onCamera={(camera) => setScale(camera.scale)}
      >
        <img ref={image} src={artifact(hash)} alt={alt} draggable={false} />
      </Stage>
      <p className="picture-bar">
        <span>
          {width} × {height}
        </span>
        <button
          type="button"
          aria-pressed={scale === 1}
          title="Pixel for pixel (1)"
          onClick={() => onView(oneToOne(image.current!, width, height))}
        >
          1:1
        </button>
        <button type="button" aria-pressed={view === "fit"} title="All of it (F)" onClick={() => onView("fit")}>
          Fit
        </button>
        <output aria-label="Zoom">{scale === undefined ? "" : `${Math.round(scale * 100)} %`}</output>
        <span ref={readout} className="picture-pixel" />
      </p>
    </div>
  );
}

/** Pixel for pixel, in the middle of the box that the picture is seen in. */
function oneToOne(image: HTMLImageElement, width: number, height: number): PictureView {
  const box = image.closest(".zoomable")!;
  return { scale: 1, x: (box.clientWidth - width) / 2, y: (box.clientHeight - height) / 2 };
}

function pixelsOf(image: HTMLImageElement): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
