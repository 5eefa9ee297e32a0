import { ChartLine } from "lucide-react";
import { Chart } from "./chart.tsx";
import { defineView } from "./view-kind.ts";

/** A plot, small without its words; closely with all of them, and its numbers under the mouse. */
export const plot = defineView({
  kind: "plot",
  Icon: ChartLine,
  large: true,
  Show: ({ view, alt }) => <Chart hash={view.chart} label={view.title || alt} small />,
  Closely: ({ view, alt }) => <Chart hash={view.chart} label={view.title || alt} />,
});
