import type { PlotValue } from "./plot-data.ts";

type Option = { readonly [field: string]: unknown };

/**
 * The plot as options of Apache ECharts (https://echarts.apache.org/en/option.html): plain data, without colours
 * and sizes, which whoever draws it adds.
 */
export function plotOption(plot: PlotValue): Option {
  const { title, series, legend, ...rest } = { legend: namesOf(plot), ...charts(plot), title: plot.title };
  return {
    animation: false,
    title: { text: title, left: "center", textStyle: { fontSize: 15, fontWeight: 500 } },
    // In rich text, a name from a workflow is never read as HTML.
    tooltip: { trigger: plot.plot === "line" ? "axis" : "item", renderMode: "richText", confine: true },
    ...(legend.length > 1 ? { legend: { data: legend, bottom: 0, type: "scroll", itemGap: 24 } } : {}),
    grid: { left: 64, right: 28, top: title === "" ? 20 : 48, bottom: legend.length > 1 ? 72 : 48 },
    series,
    ...rest,
  };
}

function namesOf(plot: PlotValue): readonly string[] {
  return plot.plot === "heat-map" ? [] : plot.series.map(({ name }) => name);
}

function charts(plot: PlotValue): { readonly series: readonly Option[] } & Option {
  const axis = (name: string, more: Option) => ({ name, nameLocation: "middle", nameGap: 30, ...more });
  const x = (more: Option) => axis(plot.xLabel, more);
  const y = (more: Option) => axis(plot.yLabel, { nameGap: 46, ...more });
  switch (plot.plot) {
    case "line":
    case "scatter":
      return {
        xAxis: x({ type: "value", scale: true }),
        yAxis: y({ type: "value", scale: true }),
        series: [
          ...plot.series.map(({ name, x, y }) => ({
            type: plot.plot,
            name,
            data: x.map((value, i) => [value, y[i]]),
            ...(plot.plot === "line" ? { showSymbol: x.length <= 60, symbolSize: 5 } : { symbolSize: 7 }),
          })),
          ...plot.series.flatMap((series) => intervals(series, series.x)),
        ],
      };
    case "bar":
      return {
        xAxis: x({ type: "category", data: plot.categories }),
        yAxis: y({ type: "value" }),
        series: [
          ...plot.series.map(({ name, values }) => ({ type: "bar", name, data: values })),
          ...plot.series.flatMap((series) => intervals(series, plot.categories, strokeOnBars)),
        ],
      };
    case "histogram":
      return {
        xAxis: x({
          type: "category",
          data: plot.edges.slice(0, -1).map((edge, i) => middle(edge, plot.edges[i + 1]!)),
        }),
        yAxis: y({ type: "value" }),
        series: plot.series.map(({ name, values }) => ({ type: "bar", name, data: values, barCategoryGap: "4%" })),
      };
    case "heat-map": {
      const [least, most] = extent(plot.values);
      const names = rowNames(plot.rows);
      const left = estimate * names.width + 24;
      const below = columnNames(plot.columns, paper - left - scaleRoom);
      return {
        xAxis: x({ type: "category", data: plot.columns, splitArea: { show: true }, axisLabel: below.label }),
        yAxis: y({
          ...{ type: "category", data: plot.rows, inverse: true, splitArea: { show: true } },
          ...{ axisLabel: names, nameGap: estimate * names.width + 14 },
        }),
        grid: { left, right: scaleRoom, top: 48, bottom: below.height },
        visualMap: { min: least, max: most, right: 8, top: "middle", itemHeight: 180, precision: 3, calculable: true },
        series: [
          {
            type: "heatmap",
            name: plot.title,
            data: plot.values.map((value, i) => [
              i % plot.columns.length,
              Math.floor(i / plot.columns.length),
              short(value),
            ]),
            label: { show: plot.values.length <= 64 },
          },
        ],
      };
    }
  }
}

/** Pixels of a letter and of the widest row name, and how many rows leave room for names of several lines. */
const [letter, widestName, fewRows] = [7, 168, 16];
/** The library estimates widths without the font, and up to a quarter too small. */
const estimate = 1.25;

/** Row names in a column as wide as they need: longer ones wrap, or end in "…" where many rows leave them one line. */
function rowNames(rows: readonly string[]) {
  const longest = rows.reduce((most, name) => Math.max(most, name.length), 0);
  const width = Math.min(widestName, Math.max(64, longest * letter));
  return { width, overflow: rows.length <= fewRows ? "break" : "truncate", ellipsis: "…" };
}

/** Pixels across a drawing, and at its right for the scale of a heat map. */
const [paper, scaleRoom] = [880, 112];
/** Up to how many columns all have names, on how many lines, and how high a line is. */
const [fewColumns, mostLines, lineHeight] = [10, 4, 15];

/** Few columns all have their names, on several lines where that helps; of many, the library leaves out those without room. */
function columnNames(columns: readonly string[], room: number) {
  if (columns.length > fewColumns) return { label: {}, height: 56 };
  const width = Math.floor(room / columns.length) - 8;
  const longest = columns.reduce((most, name) => Math.max(most, name.length), 0);
  const lines = Math.ceil((estimate * letter * longest) / width);
  const overflow = lines <= mostLines ? "break" : "truncate";
  const height = 41 + lineHeight * (overflow === "break" ? lines : 1);
  return { label: { interval: 0, hideOverlap: true, width, overflow, ellipsis: "…" }, height };
}

type Ends = readonly number[] | undefined;

/** Seen on bars of every colour, and on light and dark paper. */
const strokeOnBars = "#8b8e97";

/**
 * Upright strokes from low to high with a bar across each end: a line that breaks after every stroke. It has the name of its series,
 * and with that its colour, unless another is given.
 */
function intervals(
  { name, low, high }: { readonly name: string; readonly low?: Ends; readonly high?: Ends },
  x: readonly (number | string)[],
  color?: string,
): Option[] {
  if (!low || !high) return [];
  const data = x.flatMap((at, i) => [
    [at, low[i]],
    [at, high[i]],
    [at, null],
  ]);
  const stroke = { symbol: "rect", symbolSize: [10, 1.5], silent: true, z: 3, lineStyle: { width: 1.5 } };
  return [{ type: "line", name, data, ...stroke, ...(color !== undefined && { color }) }];
}

/** The label of a bin: its middle. */
function middle(from: number, to: number): string {
  return String(short((from + to) / 2));
}

/** A cell or an axis has room for four digits. */
function short(value: number): number {
  return Number(value.toPrecision(4));
}

/** The smallest and the largest number, moved apart if they are equal: a scale needs a range. */
function extent(values: readonly number[]): readonly [number, number] {
  let [least, most] = [values[0]!, values[0]!];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return least === most ? [least - 0.5, most + 0.5] : [least, most];
}
