import type { Kind, View as KindView, Value, ViewContext } from "@clipwork/engine";
import { utf8 } from "@clipwork/engine";
import sharp from "sharp";
import type { ArtifactFiles } from "../../artifacts/artifact-files.ts";
import type { Pixels } from "../../outputs/pixels.ts";
import type { MapContent, View } from "../../wire/wire.ts";
import { describeEmbedding } from "./describe-embedding.ts";
import { writeWebp } from "./write-webp.ts";

/** Longest side in pixels of what is shown during a run. */
export const viewSide = 512;
/** Pixels of a picture that is written at once. */
const small = 2 ** 14;
const maxText = 4000;
/** Rows of a table that come with its view; all of them are in its artifact. */
const headRows = 8;

/** A view, and the bytes of its picture if it is one. */
type Drawn = { readonly view: View; readonly bytes?: Buffer };
/** `alone`: the value alone decided how it looks. `artifacts`: the bytes of those that the view names. */
export type Rendered = Drawn & { readonly alone: boolean; readonly artifacts: readonly Uint8Array[] };

type Artifacts = Pick<ArtifactFiles, "put">;
type Parts = { readonly artifacts: Artifacts; readonly context: ViewContext };

/**
 * What a value looks like as its kind says, the same for a preview and for a value at the end. What is large becomes an artifact.
 * A value that its kind does not accept, or fails to show, is shown as the sentence that says so. Rejects only if an artifact cannot
 * be stored.
 */
export async function renderView(value: Value, kind: Kind, { artifacts, context }: Parts): Promise<Rendered> {
  let unstored: { readonly error: unknown } | undefined;
  let alone = true;
  const kept: Uint8Array[] = [];
  const put = (bytes: Uint8Array) => {
    kept.push(bytes);
    return artifacts.put(bytes).catch((error: unknown) => {
      unstored = { error };
      throw error;
    });
  };
  const source = (kind: string) => {
    alone = false;
    return context.source(kind);
  };
  try {
    const wrong = kind.check(value);
    if (wrong !== undefined) return { view: { kind: "data", text: `It ${wrong}.` }, alone, artifacts: kept };
    const view = await kind.view(value, { ...context, source });
    if (!Object.hasOwn(renderers, view.kind)) throw new TypeError(`there is no view called "${view.kind}"`);
    const drawn = await (renderers[view.kind] as Renderer<KindView["kind"]>)(view, { put });
    return { ...drawn, alone, artifacts: kept };
  } catch (error) {
    if (unstored) throw unstored.error;
    const reason = error instanceof Error ? error.message : String(error);
    return {
      view: { kind: "data", text: `The kind ${kind.noun} failed to show it: ${shorten(reason)}` },
      ...{ alone: false, artifacts: kept },
    };
  }
}

type Renderer<K extends KindView["kind"]> = (
  view: Extract<KindView, { readonly kind: K }>,
  artifacts: Artifacts,
) => Drawn | Promise<Drawn>;

const renderers: { readonly [K in KindView["kind"]]: Renderer<K> } = {
  async picture({ width, height, rgb }, artifacts) {
    const bytes = await encodeWebp({ width, height, channels: 3, data: rgb }, viewSide);
    return { view: { kind: "picture", picture: await artifacts.put(bytes), width, height }, bytes };
  },
  embedding: ({ numbers, beside }) => ({ view: describeEmbedding(numbers, beside) }),
  text: ({ text, tokens, cut }) => ({
    view: {
      kind: "text",
      text: shorten(text),
      ...(tokens && { tokens }),
      ...(cut !== undefined && { cut: cut.length }),
    },
  }),
  data: ({ data }) => ({ view: { kind: "data", text: shorten(JSON.stringify(data, plainArrays) ?? "") } }),
  async table({ columns }, artifacts) {
    const rows = columns[0]?.values.length ?? 0;
    const head = Array.from({ length: Math.min(rows, headRows) }, (_, row) =>
      columns.map(({ values }) => values[row] ?? null),
    );
    const names = columns.map(({ name, type }) => ({ name, type }));
    return { view: { kind: "table", columns: names, rows, head, table: await artifacts.put(json({ columns })) } };
  },
  plot: async ({ title, chart }, artifacts) => ({
    view: { kind: "plot", title, chart: await artifacts.put(json(chart)) },
  }),
  async map({ axes, points, labels, sheet }, artifacts) {
    const content: MapContent = { points: Array.from(points, (number) => Number(number.toPrecision(6))), labels };
    const view = { kind: "map", axes, count: points.length / 2, map: await artifacts.put(json(content)) } as const;
    if (!sheet) return { view };
    const { side, columns, webp } = sheet;
    return { view: { ...view, sheet: { picture: await artifacts.put(webp), side, columns } } };
  },
  file: async ({ media, ending, bytes }, artifacts) => ({
    view: { kind: "file", media, ending, bytes: bytes.length, file: await artifacts.put(bytes) },
  }),
};

/** A WebP of a picture, no larger than `side` and never enlarged. One that is small anyway loses nothing and is written at once. */
export async function encodeWebp(picture: Pixels, side: number): Promise<Buffer> {
  const { width, height, channels, data } = picture;
  if (channels === 3 && isSmall(picture) && Math.max(width, height) <= side) return writeWebp({ width, height, data });
  return sharp(data, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } })
    .resize(side, side, { fit: "inside", withoutEnlargement: true })
    .webp({ quality: 85, effort: 1 })
    .toBuffer();
}

/** Sharp says what is wrong with a picture that a kind of somebody's has made wrongly. */
function isSmall({ width, height, data }: Pixels): boolean {
  const pixels = width * height;
  const areCounts = [width, height].every((side) => Number.isInteger(side) && side > 0);
  return areCounts && pixels <= small && data.length === 3 * pixels;
}

function json(value: unknown): Uint8Array {
  return utf8(JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText - 1)}…`;
}

/** Tensors in data that is shown as JSON. */
function plainArrays(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? `${value.constructor.name} of ${value.byteLength} bytes` : value;
}
