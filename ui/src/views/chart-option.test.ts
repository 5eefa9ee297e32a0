import assert from "node:assert/strict";
import { test } from "node:test";
import { dressChart } from "./chart-option.ts";

const option = {
  animation: false,
  title: { text: "Norms", left: "center" },
  legend: { data: ["a", "b"] },
  tooltip: { trigger: "axis", renderMode: "richText" },
  grid: { left: 64 },
  xAxis: { type: "value", name: "seed" },
  yAxis: { type: "value", name: "norm" },
  series: [{ type: "line", name: "a", data: [[1, 2]] }],
};
const dress = (theme: "light" | "dark", small: boolean) => ({ theme, font: "Inter", small });
type Dressed = { readonly [field: string]: { readonly [field: string]: unknown } & { readonly textStyle?: object } };

test("a chart keeps what it says and takes the colours of the theme", () => {
  const [light, dark] = (["light", "dark"] as const).map((theme) => dressChart(option, dress(theme, false)) as Dressed);
  for (const chart of [light!, dark!]) {
    assert.deepEqual(chart.series, option.series);
    assert.deepEqual([chart.title!.text, chart.xAxis!.name, chart.grid!.left], ["Norms", "seed", 64]);
    assert.equal(chart.tooltip!.renderMode, "richText", "text of a workflow is never read as HTML");
  }
  assert.notDeepEqual(light!.color, dark!.color);
  assert.notDeepEqual(light!.title!.textStyle, dark!.title!.textStyle);
});

test("a small chart has no words but those of its axes, and answers no mouse", () => {
  const chart = dressChart(option, dress("light", true)) as Dressed;
  assert.deepEqual(
    ["title", "legend", "tooltip"].filter((part) => part in chart),
    [],
  );
  assert.deepEqual([chart.xAxis!.name, chart.xAxis!.type, chart.grid!.containLabel], ["", "value", true]);
});

test("a heat map has the theme's scale, hidden where it is small", () => {
  const map = { ...option, visualMap: { min: 0, max: 1 } };
  const [large, small] = [false, true].map((size) => (dressChart(map, dress("dark", size)) as Dressed).visualMap!);
  assert.deepEqual([large!.min, large!.show, small!.show], [0, true, false]);
  assert.ok(!("visualMap" in dressChart(option, dress("dark", false))));
});
