import { NodeError, type TableColumn } from "@clipwork/engine";
import type { PlotValue } from "../kinds/plot-data.ts";
import type { TableValue } from "../kinds/table.ts";
import type { Interval } from "../statistics/interval.ts";

/** One figure: what was measured, over how many items, and its 95 % interval. */
export type Measure = Interval & { readonly name: string; readonly count: number; readonly value: number };

/** Throws NodeError if there are fewer than `least` items; `what` is what they are, as "embeddings". */
export function requireItems(count: number, least: number, what: string, group?: number): void {
  if (count >= least) return;
  const where = group === undefined ? "" : ` in group ${group}`;
  throw new NodeError(
    `There ${count === 1 ? "is 1" : `are ${count}`} of the ${what}${where}, but at least ${least} are needed.`,
    `Link more ${what}.`,
  );
}

/** The items of one group, in the order of their list; `group` is absent if nothing groups them. */
export type Group = { readonly group?: number; readonly items: readonly number[] };

/**
 * The places of `count` items by group, in the order of the groups' numbers; all in one group if there are no numbers. Throws NodeError
 * unless there is a number for each item.
 */
export function groupItems(count: number, numbers: readonly number[] | undefined, what: string): readonly Group[] {
  if (!numbers) return [{ items: Array.from({ length: count }, (_, i) => i) }];
  if (numbers.length !== count)
    throw new NodeError(
      `There are ${count} ${what}, but ${numbers.length} numbers in "groups".`,
      `Link a list with a number for each of the ${what}, or nothing.`,
    );
  const items = new Map<number, number[]>();
  for (const [i, group] of numbers.entries()) items.set(group, [...(items.get(group) ?? []), i]);
  return [...items].sort(([a], [b]) => a - b).map(([group, places]) => ({ group, items: places }));
}

/** A column of a table. */
export function column(name: string, type: TableColumn["type"], values: TableColumn["values"]): TableColumn {
  return { name, type, values };
}

/** Measures of one group. */
export type Measured = { readonly group?: number; readonly measures: readonly Measure[] };

/** A row per figure: the group if there are groups, the measure, its value and interval, and the number of items. */
export function measureTable(measured: readonly Measured[]): TableValue {
  const rows = measured.flatMap(({ group, measures }) => measures.map((measure) => ({ ...measure, group })));
  return {
    columns: [
      ...(rows[0]?.group === undefined
        ? []
        : [
            column(
              "group",
              "number",
              rows.map(({ group }) => group!),
            ),
          ]),
      column(
        "measure",
        "text",
        rows.map(({ name }) => name),
      ),
      column(
        "value",
        "number",
        rows.map(({ value }) => value),
      ),
      column(
        "low",
        "number",
        rows.map(({ low }) => low),
      ),
      column(
        "high",
        "number",
        rows.map(({ high }) => high),
      ),
      column(
        "items",
        "integer",
        rows.map(({ count }) => count),
      ),
    ],
  };
}

/** A line per measure over the groups, or a bar per measure if there are no groups; each value with its interval. */
export function measurePlot(title: string, yLabel: string, measured: readonly Measured[]): PlotValue {
  const [{ group, measures } = { measures: [] }] = measured;
  const ends = (found: readonly Measure[]) => ({
    low: found.map(({ low }) => low),
    high: found.map(({ high }) => high),
  });
  if (group === undefined) {
    const series = [{ name: yLabel, values: measures.map(({ value }) => value), ...ends(measures) }];
    return { plot: "bar", title, xLabel: "", yLabel, categories: measures.map(({ name }) => name), series };
  }
  const series = [...new Set(measured.flatMap(({ measures }) => measures.map(({ name }) => name)))].map((name) => {
    const points = measured.flatMap(({ group, measures }) =>
      measures.filter((one) => one.name === name).map((measure) => ({ group: group!, measure })),
    );
    return {
      name,
      x: points.map((point) => point.group),
      y: points.map(({ measure }) => measure.value),
      ...ends(points.map(({ measure }) => measure)),
    };
  });
  return { plot: "line", title, xLabel: "group", yLabel, series };
}
