import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  GridComponent,
  LegendScrollComponent,
  TitleComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Theme } from "../editor/ports.ts";
import { type ChartOption, dressChart } from "./chart-option.ts";

use([
  ...[BarChart, HeatmapChart, LineChart, ScatterChart],
  ...[GridComponent, LegendScrollComponent, TitleComponent, TooltipComponent, VisualMapContinuousComponent],
  SVGRenderer,
]);

/** Draws a chart into the element, as large as that is; returns a function that takes it away. */
export function drawChart(element: HTMLElement, option: ChartOption, theme: Theme, small: boolean): () => void {
  const chart = init(element, null, { renderer: "svg" });
  const font = getComputedStyle(element).fontFamily;
  chart.setOption({ ...dressChart(option, { theme, font, small }), animation: false, silent: small });
  const sizes = new ResizeObserver(() => chart.resize());
  sizes.observe(element);
  return () => {
    sizes.disconnect();
    chart.dispose();
  };
}
