import type { RunOutput } from "@clipwork/server/wire";

/** An output that is a picture, as a server sends it. */
export function pictureOutput(more: Partial<RunOutput> = {}): RunOutput {
  const { picture = "b", width = 8, height = 8 } = more;
  return {
    node: "save",
    item: 0,
    name: "x",
    kind: "image",
    view: { kind: "picture", picture: "shown", width, height },
    files: [{ ending: ".png", media: "image/png", hash: picture, bytes: 70 }],
    picture,
    thumbnail: "c",
    width,
    height,
    ...more,
  };
}

/** An output that is a table: two files, and no picture. */
export function tableOutput(more: Partial<RunOutput> = {}): RunOutput {
  return {
    node: "save",
    item: 0,
    name: "numbers",
    kind: "table",
    view: {
      kind: "table",
      columns: [
        { name: "seed", type: "integer" },
        { name: "norm", type: "number" },
      ],
      rows: 9,
      head: [
        [7, 0.123456789],
        [8, null],
      ],
      table: "whole",
    },
    files: [
      { ending: ".csv", media: "text/csv; charset=utf-8", hash: "csv", bytes: 900 },
      { ending: ".json", media: "application/json", hash: "json", bytes: 2048 },
    ],
    ...more,
  };
}
