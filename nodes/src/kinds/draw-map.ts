import type { MapPoints, PictureSheet } from "@clipwork/engine";
import { encodePng } from "./png.ts";
import { readSheet } from "./sheet.ts";
import { xmlCharacters } from "./xml-characters.ts";

/** Pixels of a map as a file, and of the place for its points. */
const width = 880;
const height = 880;
const frame = { left: 48, top: 28, right: 28, bottom: 48 };
const inner = { width: width - frame.left - frame.right, height: height - frame.top - frame.bottom };
/** Pixels of the layer of pictures for one of the drawing. */
const density = 2;
const font = 'font-family="Inter, Helvetica, Arial, sans-serif" font-size="12" fill="#62656d"';

/**
 * A map as SVG, dark on white, with one scale for both axes: its pictures if it has any, else dots. Labels are the titles that a
 * browser shows under the mouse.
 */
export async function drawMap({ axes, points, labels, sheet }: MapPoints): Promise<string> {
  const places = placePoints(points);
  const count = points.length / 2;
  const side = sheet ? pictureSide(count) : 7;
  const layer = sheet ? await pictureLayer(sheet, places, side) : "";
  const marks = places.map(([x, y], item) => {
    const title = labels[item] === undefined ? "" : `<title>${xmlText(labels[item])}</title>`;
    if (!sheet)
      return `<circle cx="${short(x)}" cy="${short(y)}" r="3.5" fill="#4a54d1" fill-opacity="0.75">${title}</circle>`;
    if (title === "") return "";
    const [left, top] = [short(x - side / 2), short(y - side / 2)];
    return `<rect x="${left}" y="${top}" width="${side}" height="${side}" fill-opacity="0">${title}</rect>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<rect x="${frame.left}" y="${frame.top}" width="${inner.width}" height="${inner.height}" fill="none" stroke="#cbcbc6"/>`,
    layer,
    ...marks,
    `<text x="${frame.left + inner.width / 2}" y="${height - 16}" text-anchor="middle" ${font}>${xmlText(axes[0])}</text>`,
    `<text transform="translate(22 ${frame.top + inner.height / 2}) rotate(-90)" text-anchor="middle" ${font}>${xmlText(axes[1])}</text>`,
    "</svg>",
  ].join("\n");
}

/** Where each point lies in the drawing: y grows upwards, and room is left for half a picture at the edges. */
function placePoints(points: Float32Array): readonly (readonly [number, number])[] {
  const [x, y] = [0, 1].map((axis) => extent(points, axis));
  const margin = 36;
  const scale = Math.min(
    (inner.width - 2 * margin) / (x!.most - x!.least || 1),
    (inner.height - 2 * margin) / (y!.most - y!.least || 1),
  );
  const middle = [frame.left + inner.width / 2, frame.top + inner.height / 2] as const;
  return Array.from({ length: points.length / 2 }, (_, item) => [
    middle[0] + (points[2 * item]! - (x!.least + x!.most) / 2) * scale,
    middle[1] - (points[2 * item + 1]! - (y!.least + y!.most) / 2) * scale,
  ]);
}

function extent(points: Float32Array, axis: number): { readonly least: number; readonly most: number } {
  let [least, most] = [Infinity, -Infinity];
  for (let i = axis; i < points.length; i += 2) {
    least = Math.min(least, points[i]!);
    most = Math.max(most, points[i]!);
  }
  return { least, most };
}

/** Pixels of a picture's side: as large as lets that many stand beside one another, within limits. */
function pictureSide(count: number): number {
  return Math.round(Math.min(64, Math.max(10, 0.8 * Math.sqrt((inner.width * inner.height) / count))));
}

/** All pictures at their places, later ones above earlier ones, as one transparent picture. */
async function pictureLayer(
  sheet: PictureSheet,
  places: readonly (readonly [number, number])[],
  shown: number,
): Promise<string> {
  const [w, h, side] = [width * density, height * density, shown * density];
  const data = new Uint8Array(4 * w * h);
  const { side: from, columns } = sheet;
  const rgb = await readSheet(sheet, places.length);
  const row = columns * from;
  for (const [item, [x, y]] of places.entries()) {
    const [left, top] = [Math.round(x * density - side / 2), Math.round(y * density - side / 2)];
    const start = Math.floor(item / columns) * from * row + (item % columns) * from;
    for (let j = 0; j < side; j++)
      for (let i = 0; i < side; i++) {
        const source = 3 * (start + Math.floor((j * from) / side) * row + Math.floor((i * from) / side));
        const target = 4 * ((top + j) * w + left + i);
        for (let channel = 0; channel < 3; channel++) data[target + channel] = rgb[source + channel]!;
        data[target + 3] = 255;
      }
  }
  const png = await encodePng({ width: w, height: h, data }, 4);
  return `<image width="${width}" height="${height}" href="data:image/png;base64,${png.toString("base64")}"/>`;
}

/** Text for an element. */
function xmlText(text: string): string {
  return xmlCharacters(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A hundredth of a pixel is enough. */
function short(value: number): number {
  return Number(value.toFixed(2));
}
