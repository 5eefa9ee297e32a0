import { defineKind, utf8, writeCsv } from "@clipwork/engine";
import { checkPlot, type PlotValue } from "./plot-data.ts";
import { plotOption } from "./plot-option.ts";
import { plotRows } from "./plot-rows.ts";
import { rasterise } from "./png.ts";

export const plot = defineKind<PlotValue>({
  kind: "plot",
  hue: 325,
  card: "square",
  check: checkPlot,
  view: (value) => ({ kind: "plot", title: value.title, chart: plotOption(value) }),
  async publish(value) {
    // The plotting library is loaded when a plot is drawn: most commands draw none.
    const { drawPlot } = await import("./draw-plot.ts");
    const svg = utf8(drawPlot(value));
    const csv = utf8(writeCsv(plotRows(value)));
    return [
      { ending: ".svg", media: "image/svg+xml", bytes: svg },
      { ending: ".png", media: "image/png", bytes: await rasterise(svg), picture: true },
      { ending: ".csv", media: "text/csv; charset=utf-8", bytes: csv },
    ];
  },
});
