import type { Point } from "./geometry.ts";

type Size = { readonly width: number; readonly height: number };

/** How a picture is seen: window pixels for one of its own, and where its upper left corner lies in the box that it is seen in. */
export type PictureCamera = { readonly scale: number; readonly x: number; readonly y: number };

/** A camera, or all of the picture as large as the box allows, whatever size that has. */
export type PictureView = PictureCamera | "fit";

const limits = { least: 1 / 32, most: 64 } as const;

/** The camera that a view stands for in a box. */
export function cameraOf(view: PictureView, picture: Size, box: Size): PictureCamera {
  if (view !== "fit") return view;
  const scale = Math.min(limits.most, box.width / picture.width, box.height / picture.height);
  return centred(scale, picture, box);
}

/** The picture in the middle of the box, at a scale. */
export function centred(scale: number, picture: Size, box: Size): PictureCamera {
  return { scale, x: (box.width - picture.width * scale) / 2, y: (box.height - picture.height * scale) / 2 };
}

/** The camera at another scale, with the same pixel of the picture under a point of the box. */
export function scaledAt({ scale, x, y }: PictureCamera, to: number, at: Point): PictureCamera {
  const next = Math.min(limits.most, Math.max(limits.least, to));
  const by = next / scale;
  return { scale: next, x: at.x - (at.x - x) * by, y: at.y - (at.y - y) * by };
}

/** The camera moved, but no further than leaves some of the picture in the box. */
export function movedBy({ scale, x, y }: PictureCamera, by: Point, picture: Size, box: Size): PictureCamera {
  const within = (at: number, side: number, room: number) => {
    const seen = Math.min(48, side);
    return Math.min(room - seen, Math.max(seen - side, at));
  };
  return {
    scale,
    x: within(x + by.x, picture.width * scale, box.width),
    y: within(y + by.y, picture.height * scale, box.height),
  };
}

/** The pixel of the picture under a point of the box, by its column and row; undefined beside the picture. */
export function pixelAt({ scale, x, y }: PictureCamera, at: Point, { width, height }: Size): Point | undefined {
  const [column, row] = [Math.floor((at.x - x) / scale), Math.floor((at.y - y) / scale)];
  return column >= 0 && row >= 0 && column < width && row < height ? { x: column, y: row } : undefined;
}
