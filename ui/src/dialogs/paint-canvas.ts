import type { Point, Size } from "../canvas/geometry.ts";
import { type Painting, type Stroke, visible } from "../paint/painting.ts";

/**
 * Draws a painting on a canvas whose pixels are those of the picture: what is white in the file is `colour` here, and what is black
 * lets the picture below be seen. `before` is what the file held when painting began.
 */
export function drawPainting(
  context: CanvasRenderingContext2D,
  painting: Painting,
  before: CanvasImageSource | undefined,
  colour: string,
): void {
  const { width, height } = context.canvas;
  const { cleared, strokes } = visible(painting);
  context.globalCompositeOperation = "source-over";
  context.clearRect(0, 0, width, height);
  if (before && !cleared) context.drawImage(before, 0, 0, width, height);
  for (const stroke of strokes) drawStroke(context, stroke);
  // All of it takes the colour, as opaque as it was painted.
  context.globalCompositeOperation = "source-in";
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = "source-over";
}

function drawStroke(context: CanvasRenderingContext2D, { points, radius, erases }: Stroke): void {
  const { x, y } = points[0]!;
  context.globalCompositeOperation = erases ? "destination-out" : "source-over";
  context.beginPath();
  // A line without length would leave no mark.
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.beginPath();
  for (const point of points) context.lineTo(point.x, point.y);
  context.lineWidth = 2 * radius;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.stroke();
}

/** The painting as a PNG file: white where it was painted, black elsewhere. */
export async function encodePainting(
  { width, height }: Size,
  painting: Painting,
  before: CanvasImageSource | undefined,
): Promise<Blob> {
  const canvas = canvasOf({ width, height });
  const context = canvas.getContext("2d")!;
  drawPainting(context, painting, before, "#ffffff");
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "#000000";
  context.fillRect(0, 0, width, height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The browser made no PNG."))), "image/png"),
  );
}

/** A file's picture as what was painted on it: as opaque as it is bright. Of the file's own size. */
export async function readPainted(address: string): Promise<HTMLCanvasElement> {
  const image = await loadImage(address);
  const canvas = canvasOf({ width: image.naturalWidth, height: image.naturalHeight });
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  const { data } = pixels;
  for (let i = 0; i < data.length; i += 4) {
    const luma = 0.2126 * data[i]! + 0.7152 * data[i + 1]! + 0.0722 * data[i + 2]!;
    data[i + 3] = Math.round((luma * data[i + 3]!) / 255);
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** A picture that can be drawn. Rejects if it cannot be had. */
export async function loadImage(address: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

/** Where on the picture a place of the window is, if the canvas shows all of the picture. */
export function placeOn(canvas: HTMLCanvasElement, at: Point): Point {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return { x: ((at.x - left) / width) * canvas.width, y: ((at.y - top) / height) * canvas.height };
}

function canvasOf({ width, height }: Size): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}
