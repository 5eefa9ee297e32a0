import type { Point, Size } from "../canvas/geometry.ts";
import { type Camera, toScreen } from "../map/camera.ts";
import { eachVisible } from "../map/scene.ts";

/** The pictures of a map, each a square: the same sheet in sizes that halve, the largest first. */
export type Sprites = { readonly columns: number; readonly levels: readonly SpriteLevel[] };
export type SpriteLevel = { readonly side: number; readonly image: CanvasImageSource };

export type MapColours = {
  readonly dot: string;
  readonly accent: string;
  readonly surface: string;
  readonly text: string;
};

export type Scene = {
  readonly camera: Camera;
  readonly size: Size;
  readonly points: readonly number[];
  readonly sprites: Sprites | undefined;
  /** Pixels of a picture's side; 0 draws dots. */
  readonly side: number;
  readonly colours: MapColours;
};

/** The colours of the theme that holds for the element. */
export function coloursAt(element: Element): MapColours {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return { dot: read("--muted"), accent: read("--accent"), surface: read("--surface"), text: read("--text") };
}

/** Draws all points: pictures if there are some and room for them, else dots. */
export function drawPoints(context: CanvasRenderingContext2D, scene: Scene): void {
  const { camera, points, size, sprites, side } = scene;
  if (!sprites || side === 0) {
    drawDots(context, scene);
    return;
  }
  const { image, side: from } = levelFor(sprites, side * context.getTransform().a);
  const half = Math.floor(side / 2);
  eachVisible(camera, points, size, half, (item, x, y) =>
    context.drawImage(
      image,
      (item % sprites.columns) * from,
      Math.floor(item / sprites.columns) * from,
      ...([from, from, x - half, y - half, side, side] as const),
    ),
  );
}

function drawDots(context: CanvasRenderingContext2D, { camera, points, size, side, colours }: Scene): void {
  const radius = side === 0 ? 2.5 : Math.min(6, Math.max(3, side / 6));
  context.beginPath();
  eachVisible(camera, points, size, radius, (_, x, y) => {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  });
  context.fillStyle = colours.dot;
  context.fill();
}

/** Draws a point's picture as large as is asked for, in the middle of a place on the screen. */
export function drawSprite(
  context: CanvasRenderingContext2D,
  sprites: Sprites,
  item: number,
  { x, y }: Point,
  side: number,
): void {
  const { image, side: from } = sprites.levels[0]!;
  const [column, row] = [item % sprites.columns, Math.floor(item / sprites.columns)];
  context.drawImage(image, column * from, row * from, from, from, x - side / 2, y - side / 2, side, side);
}

/** A frame around a square in the middle of a place. */
export function drawFrame(context: CanvasRenderingContext2D, { x, y }: Point, side: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(x - side / 2 - 1, y - side / 2 - 1, side + 2, side + 2);
}

/** A line through places of the map; `closed` joins its ends. */
export function drawLine(
  context: CanvasRenderingContext2D,
  camera: Camera,
  places: readonly Point[],
  { colour, closed = false }: { readonly colour: string; readonly closed?: boolean },
): void {
  context.beginPath();
  for (const place of places) {
    const { x, y } = toScreen(camera, place);
    context.lineTo(x, y);
  }
  if (closed) context.closePath();
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.stroke();
}

/** The smallest level that has at least as many pixels, else the largest. */
function levelFor({ levels }: Sprites, pixels: number): SpriteLevel {
  return levels.findLast(({ side }) => side >= pixels) ?? levels[0]!;
}
