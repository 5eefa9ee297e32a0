import type { Value } from "../values/value.ts";

/**
 * What a value looks like, as plain data: one member for each view of the editor. Whoever shows it encodes pictures and shortens
 * what is long.
 */
export type View =
  /** Interleaved 8-bit RGB, row-major. */
  | { readonly kind: "picture"; readonly width: number; readonly height: number; readonly rgb: Uint8Array }
  /** A vector as bars, with its norm; beside another of the same length, the cosine of the two. */
  | { readonly kind: "embedding"; readonly numbers: Float32Array; readonly beside?: Float32Array }
  /** With the pieces that a model sees of it, and what did not fit. */
  | { readonly kind: "text"; readonly text: string; readonly tokens?: readonly string[]; readonly cut?: string }
  /** Data of any shape, as JSON. */
  | { readonly kind: "data"; readonly data: Value }
  | ({ readonly kind: "table" } & TableData)
  /** A chart as the declarative option of the plotting library, without colours of its own; `title` is what it shows in words. */
  | { readonly kind: "plot"; readonly title: string; readonly chart: { readonly [field: string]: unknown } }
  | ({ readonly kind: "map" } & MapPoints)
  | ({ readonly kind: "file" } & Omit<Published, "picture" | "pixels">);

/** Points in a plane whose axes have one scale. */
export type MapPoints = {
  /** What the two axes are. */
  readonly axes: readonly [x: string, y: string];
  /** x and y of each of the N points: [N, 2]. */
  readonly points: Float32Array;
  /** N, or none. */
  readonly labels: readonly string[];
  readonly sheet?: PictureSheet;
};

/** N small square pictures, row by row in one, `columns` in a row; the last row may be empty towards its end. */
export type PictureSheet = {
  /** Side of one picture in pixels. */
  readonly side: number;
  readonly columns: number;
  /** The whole as a WebP file of columns · side by ceil(N / columns) · side pixels. */
  readonly webp: Uint8Array;
};

/** A cell of a table; null is one that is not known, and becomes an empty field. */
export type Cell = string | number | boolean | null;

/** Columns of equal length. */
export type TableData = { readonly columns: readonly TableColumn[] };
export type TableColumn = {
  readonly name: string;
  readonly type: "text" | "number" | "integer" | "boolean";
  readonly values: readonly Cell[];
};

/** What a view may look at beside the value itself. */
export type ViewContext = {
  /** The nearest value of a kind that the value was made from; of two equally near that of the first input. */
  readonly source: (kind: string) => Promise<Value | undefined>;
};

/** One file that an output writes of a value. */
export type Published = {
  /** With its dot: ".png". The first file of a value is the one that carries its name. */
  readonly ending: string;
  readonly media: string;
  readonly bytes: Uint8Array;
  /** The bytes are a PNG that shows the value: it stands for the value in lists, and its workflow is written into it. */
  readonly picture?: true;
  /** What that PNG shows, 3 bytes a pixel, row by row: whoever has it at hand saves others from decoding the file. */
  readonly pixels?: { readonly width: number; readonly height: number; readonly data: Uint8Array };
};
