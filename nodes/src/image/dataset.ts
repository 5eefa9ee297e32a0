import { setImmediate } from "node:timers/promises";
import { list, NodeError, optional, p, tableRows, utf8 } from "@clipwork/engine";
import { captionOfEach } from "../kinds/caption-of-each.ts";
import type { FileValue } from "../kinds/file.ts";
import { toRgb8 } from "../kinds/pixels.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { encodePng } from "../kinds/png.ts";
import { t } from "../kinds/t.ts";
import type { TableValue } from "../kinds/table.ts";
import { type TarEntry, writeTar } from "../kinds/tar.ts";
import { defineNode } from "../stage/services.ts";

type Labels = { readonly [column: string]: string | number | boolean | null };

export const dataset = defineNode({
  type: "image.dataset",
  version: 1,
  title: "Pack a data set",
  summary: "Packs pictures with captions and labels for training: a WebDataset archive, and the labels as JSON lines.",
  inputs: {
    images: list(t.image("The pictures.")),
    captions: list(t.text("What each of them shows: one caption for each, or one for all.")),
    labels: optional(t.table("A row of labels for each picture, such as the table of evaluate.read.")),
  },
  outputs: {
    archive: t.file("A tar of 000000.png, 000000.txt with the caption and 000000.json with the labels, and so on."),
    lines: t.file("A line of JSON for each picture: its key, its caption, its labels."),
    balance: t.plot("How many pictures there are of each value of the balanced column, or of each caption."),
  },
  params: {
    balanced: p.text("The column of labels whose balance is shown; empty shows that of the captions.", {
      maxLength: 1000,
    }),
  },
  async run({ images, captions, labels }, { balanced }, { progress, signal }) {
    const rows = labels && rowsOf(labels, images.length);
    const texts = captionOfEach(captions, images.length);
    const balance = balanceOf(balanced === "" ? texts : valuesOf(balanced, labels), balanced);
    const entries: TarEntry[] = [];
    const records: string[] = [];
    for (const [i, image] of images.entries()) {
      // Small pictures are encoded at once: a cancel has to get its turn.
      await setImmediate();
      signal.throwIfAborted();
      const key = String(i).padStart(6, "0");
      const record = { caption: texts[i]!, ...rows?.[i] };
      entries.push(
        { name: `${key}.json`, bytes: utf8(JSON.stringify(record)) },
        { name: `${key}.png`, bytes: await encodePng(toRgb8(image)) },
        { name: `${key}.txt`, bytes: utf8(texts[i]!) },
      );
      records.push(JSON.stringify({ key, ...record }));
      progress(i + 1, images.length);
    }
    return {
      archive: { media: "application/x-tar", ending: ".tar", bytes: writeTar(entries) } satisfies FileValue,
      lines: { media: "application/jsonl", ending: ".jsonl", bytes: utf8(`${records.join("\n")}\n`) },
      balance,
    };
  },
});

function rowsOf(labels: TableValue, count: number): readonly Labels[] {
  const [names, ...rows] = tableRows(labels);
  if (rows.length !== count)
    throw new NodeError(
      `There are ${count} pictures, but ${rows.length} rows of labels.`,
      "Link a table with a row for each picture.",
    );
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [names![i]!, cell])));
}

function valuesOf(name: string, labels: TableValue | undefined): readonly string[] {
  const found = labels?.columns.find((column) => column.name === name);
  if (found) return found.values.map((value) => (value === null ? "none" : String(value)));
  throw new NodeError(
    `The labels have no column "${name}".`,
    labels
      ? `Set "balanced" to one of ${labels.columns.map((column) => `"${column.name}"`).join(", ")}.`
      : 'Link a table to "labels", or leave "balanced" empty.',
  );
}

/** A bar for each value, the most frequent first; of more than `mostBars`, the rest together. */
function balanceOf(values: readonly string[], name: string): PlotValue {
  const counts = [...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length] as const);
  counts.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const rest = counts.slice(mostBars);
  const shown = rest.length === 0 ? counts : counts.slice(0, mostBars);
  if (rest.length > 0) shown.push([`${rest.length} others`, rest.reduce((sum, [, count]) => sum + count, 0)]);
  return {
    plot: "bar",
    title: `Balance of ${name === "" ? "captions" : `"${name}"`}`,
    xLabel: "",
    yLabel: "pictures",
    categories: shown.map(([value]) => value),
    series: [{ name: "pictures", values: shown.map(([, count]) => count) }],
  };
}

const mostBars = 24;
