import type { Theme } from "../editor/ports.ts";
import { cellText } from "./cell-text.ts";

/** A chart in the words of Apache ECharts, as the server sends it. */
export type ChartOption = { readonly [field: string]: unknown };

const colours = {
  light: {
    text: "#1d1e21",
    muted: "#62656d",
    line: "#cbcbc6",
    faint: "#e2e2de",
    surface: "#ffffff",
    series: ["#4a54d1", "#c05f1c", "#1f7a4d", "#c93e70", "#0f83a8", "#8a52c8", "#8f7a00", "#62656d"],
    map: ["#eef0fb", "#7d8bff", "#2a2f8a"],
  },
  dark: {
    text: "#e8e9ec",
    muted: "#9da1ab",
    line: "#40434c",
    faint: "#2b2d34",
    surface: "#1a1b1f",
    series: ["#8794ff", "#ee9a5e", "#5cc48f", "#f07ea4", "#55b9dc", "#b98bec", "#d8c25a", "#9da1ab"],
    map: ["#20233f", "#6670d8", "#dfe2ff"],
  },
} as const;

/** How a chart is dressed: `font` is a list of families as CSS has it. */
export type Dress = { readonly theme: Theme; readonly font: string; readonly small: boolean };

/** The chart in the colours of the theme; small, without title, legend, names and what comes with the mouse. */
export function dressChart(option: ChartOption, { theme, font, small }: Dress): ChartOption {
  const { text, muted, line, faint, surface, series, map } = colours[theme];
  const axis = (found: unknown) => ({
    ...(found as object),
    axisLine: { lineStyle: { color: line } },
    axisTick: { lineStyle: { color: line } },
    axisLabel: { color: muted, ...(small && { fontSize: 13.5, hideOverlap: true }) },
    nameTextStyle: { color: muted },
    splitLine: { lineStyle: { color: faint } },
    splitArea: { show: false },
    ...(small && { name: "" }),
  });
  const { title, legend, visualMap, tooltip, grid, ...rest } = option;
  const dressed = {
    ...rest,
    color: series,
    textStyle: { fontFamily: font, color: text },
    xAxis: axis(option.xAxis),
    yAxis: axis(option.yAxis),
    ...(visualMap !== undefined && {
      visualMap: { ...(visualMap as object), inRange: { color: map }, textStyle: { color: muted }, show: !small },
    }),
  };
  if (small) return { ...dressed, grid: { left: 6, right: 10, top: 10, bottom: 4, containLabel: true } };
  return {
    ...dressed,
    grid,
    title: { ...(title as object), textStyle: { color: text, fontSize: 15, fontWeight: 500 } },
    ...(legend !== undefined && { legend: { ...(legend as object), textStyle: { color: muted } } }),
    tooltip: {
      ...(tooltip as object),
      valueFormatter: cellText,
      backgroundColor: surface,
      borderColor: line,
      textStyle: { color: text },
    },
  };
}
