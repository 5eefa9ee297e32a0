import { ChartColumn } from "lucide-react";
import { barPath } from "./bar-path.ts";
import { defineView, type ViewProps } from "./view-kind.ts";

/** An embedding as a strip of bars around zero, with its norm and its cosine to the caption; closely, its numbers too. */
export const embedding = defineView({
  kind: "embedding",
  Icon: ChartColumn,
  Show: Bars,
  Closely: (props) => (
    <>
      <Bars {...props} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever reads them by keyboard has to be able to scroll them. */}
      <ol className="numbers" aria-label="Values, pooled" tabIndex={0}>
        {props.view.bars.map((bar, i) => (
          <li key={i.toString()}>{bar.toFixed(3)}</li>
        ))}
      </ol>
    </>
  ),
});

function Bars({ view: { bars, norm, cosine, size }, alt }: ViewProps<"embedding">) {
  return (
    <figure className="bars">
      <svg viewBox={`0 0 ${bars.length} 40`} preserveAspectRatio="none" role="img" aria-label={alt}>
        <path d={barPath(bars)} />
      </svg>
      <figcaption>
        <span>norm {norm.toFixed(2)}</span>
        {cosine === undefined ? null : <span>cos {cosine.toFixed(3)}</span>}
        <span>{size} numbers</span>
      </figcaption>
    </figure>
  );
}
