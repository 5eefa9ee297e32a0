import { defineKind, utf8 } from "@clipwork/engine";
import { plotOption } from "./plot-option.ts";

/** The codes [K] of an image embedding, each from 0 to buckets - 1: one for each principal component, the largest first. */
export type CodesValue = { readonly codes: Int32Array; readonly buckets: number };

export const codes = defineKind<CodesValue>({
  kind: "codes",
  hue: 343,
  card: "square",
  check(value) {
    const { codes, buckets } = Object(value) as { [field: string]: unknown };
    if (!(codes instanceof Int32Array) || codes.length === 0) return "is not codes: it has no int32 codes";
    if (!Number.isSafeInteger(buckets) || (buckets as number) < 1)
      return "is not codes: its buckets are no whole number";
    const wrong = codes.findIndex((code) => code < 0 || code >= (buckets as number));
    return wrong < 0
      ? undefined
      : `is not codes: code ${wrong + 1} is ${codes[wrong]}, and there are ${buckets} buckets`;
  },
  view({ codes, buckets }) {
    const title = `${codes.length} codes of ${buckets} buckets`;
    const categories = Array.from(codes, (_, k) => String(k + 1));
    const series = [{ name: "bucket", values: [...codes] }];
    const plot = { plot: "bar", title, xLabel: "Code", yLabel: "Bucket", categories, series } as const;
    return { kind: "plot", title, chart: plotOption(plot) };
  },
  publish: ({ codes, buckets }) => [
    {
      ending: ".json",
      media: "application/json",
      bytes: utf8(`${JSON.stringify({ buckets, codes: [...codes] })}\n`),
    },
  ],
});
