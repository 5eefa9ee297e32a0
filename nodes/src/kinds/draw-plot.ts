import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendScrollComponent, TitleComponent, VisualMapContinuousComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { PlotValue } from "./plot-data.ts";
import { plotOption } from "./plot-option.ts";
import { xmlCharacters } from "./xml-characters.ts";

use([
  ...[BarChart, HeatmapChart, LineChart, ScatterChart],
  ...[GridComponent, LegendScrollComponent, TitleComponent, VisualMapContinuousComponent],
  SVGRenderer,
]);

/** The first comes with Clipwork (fonts.conf); the others stand in if a file is opened without it. */
const fontFamily = "Inter, Helvetica, Arial, sans-serif";
/** Of the series in turn: distinct hues, dark enough on white. */
const colours = ["#4a54d1", "#c05f1c", "#1f7a4d", "#c93e70", "#0f83a8", "#8a52c8", "#8f7a00", "#62656d"];
/** Pixels of a plot as a file. */
const size = { width: 880, height: 560 };
/** Letters of a text that are drawn: more do not fit, and a picture of very many takes minutes. The plot's data keep all. */
const mostLetters = 300;

/** The plot as SVG, dark on white, without a browser. */
export function drawPlot(plot: PlotValue): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
  try {
    const { tooltip: _, ...option } = withShortTexts(plotOption(plot));
    chart.setOption({ ...option, backgroundColor: "#ffffff", color: colours, textStyle: { fontFamily } });
    return renumber(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** The same with each text as it can be drawn. */
function withShortTexts<T>(option: T): T {
  return JSON.parse(JSON.stringify(option), (_, value) => (typeof value === "string" ? drawable(value) : value));
}

function drawable(text: string): string {
  const letters = Array.from(text.slice(0, 2 * mostLetters + 2));
  return xmlCharacters(letters.length > mostLetters ? `${letters.slice(0, mostLetters).join("")}…` : text);
}

/** Equal plots have equal bytes: the library would number class names and ids on from plot to plot. */
function renumber(svg: string): string {
  const names = new Map<string, string>();
  return svg.replaceAll(/(?<=class="|id="|url\(#|^\.|[\s}]\.)zr\d+-[\w-]+/gm, (name) => {
    const known = names.get(name) ?? `p${names.size}`;
    names.set(name, known);
    return known;
  });
}
