/** The ends of each value's interval, one a value: both or neither. */
type Intervals = { readonly low?: readonly number[]; readonly high?: readonly number[] };

type Named<V> = { readonly name: string; readonly values: readonly V[] };

/** What every plot has. A label may be empty. */
type Labels = { readonly title: string; readonly xLabel: string; readonly yLabel: string };

/** A plot as data: what it shows, without colours, sizes or a library's terms. */
export type PlotValue = Labels &
  (
    | {
        /** Points of each series by x and y; a line joins them in their order. */
        readonly plot: "line" | "scatter";
        readonly series: readonly ({
          readonly name: string;
          readonly x: readonly number[];
          readonly y: readonly number[];
        } & Intervals)[];
      }
    | {
        /** A group of bars per category, one bar per series. Only one series alone may have intervals: a group has no room for them. */
        readonly plot: "bar";
        readonly categories: readonly string[];
        readonly series: readonly (Named<number> & Intervals)[];
      }
    | {
        /** Counts between edges: one edge more than counts, increasing. */
        readonly plot: "histogram";
        readonly edges: readonly number[];
        readonly series: readonly Named<number>[];
      }
    | {
        /** One cell per column and row; `values` row by row. */
        readonly plot: "heat-map";
        readonly columns: readonly string[];
        readonly rows: readonly string[];
        readonly values: readonly number[];
      }
  );

const maxPoints = 200_000;
/** Each cell is a shape of its own in a drawing. */
const maxCells = 40_000;

/** Why a value is not a plot; undefined if it is one. */
export function checkPlot(value: unknown): string | undefined {
  const { plot, title, xLabel, yLabel, series, categories, edges, columns, rows, values } = Object(value) as {
    [field: string]: unknown;
  };
  if (![title, xLabel, yLabel].every((text) => typeof text === "string"))
    return "is not a plot: it needs a title and labels";
  if (plot === "heat-map") {
    if (!areTexts(columns) || !areTexts(rows)) return "is not a plot: a heat map needs columns and rows";
    if (!areNumbers(values) || values.length !== columns.length * rows.length)
      return `is not a plot: ${columns.length} × ${rows.length} cells need as many finite numbers`;
    return values.length > maxCells ? `is not a plot: a heat map of more than ${maxCells} cells` : undefined;
  }
  if (!Array.isArray(series) || series.length === 0) return "is not a plot: it has no series";
  const points = {
    line: checkPoints,
    scatter: checkPoints,
    bar: checkBars(categories, series.length),
    histogram: checkCounts(edges),
  };
  if (typeof plot !== "string" || !Object.hasOwn(points, plot))
    return `is not a plot: there is no plot called ${String(plot)}`;
  let count = 0;
  for (const one of series) {
    const found = Object(one) as { name?: unknown };
    if (typeof found.name !== "string") return "is not a plot: a series has no name";
    const size = points[plot as keyof typeof points](found as { [field: string]: unknown });
    if (typeof size === "string") return `is not a plot: the series "${found.name}" ${size}`;
    count += size;
  }
  return count > maxPoints ? tooMany : undefined;
}

const tooMany = `is not a plot: it has more than ${maxPoints} points`;

type Check = (series: { [field: string]: unknown }) => number | string;

const checkPoints: Check = ({ x, y, low, high }) => {
  if (!areNumbers(x) || !areNumbers(y)) return "needs finite numbers x and y";
  return x.length === y.length ? checkIntervals(y, low, high) : `has ${x.length} x and ${y.length} y`;
};

function checkBars(categories: unknown, count: number): Check {
  return ({ values, low, high }) => {
    if (!areTexts(categories)) return "has no categories";
    if (!areNumbers(values) || values.length !== categories.length) return "needs a finite number per category";
    if (count > 1 && low !== undefined) return "has intervals, which only one series of bars may have";
    return checkIntervals(values, low, high);
  };
}

/** How many values there are, or what is wrong with their intervals. */
function checkIntervals(values: readonly number[], low: unknown, high: unknown): number | string {
  if (low === undefined && high === undefined) return values.length;
  const whole = areNumbers(low) && areNumbers(high) && low.length === values.length && high.length === values.length;
  return whole && low.every((end, i) => end <= high[i]!) ? values.length : "needs as many intervals, from low to high";
}

function checkCounts(edges: unknown): Check {
  return ({ values }) => {
    if (!areNumbers(edges) || edges.some((edge, i) => i > 0 && !(edge > edges[i - 1]!)))
      return "has no increasing edges";
    return areNumbers(values) && values.length === edges.length - 1 ? values.length : "needs a count between two edges";
  };
}

function areNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every(Number.isFinite);
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === "string");
}
