import type { Hash } from "@clipwork/server/wire";
import { useEffect, useRef, useState } from "react";
import { usePage, useStore } from "../editor/use-editor.ts";
import type { ChartOption } from "./chart-option.ts";
import { useArtifact } from "./use-artifact.ts";

type Props = {
  readonly hash: Hash;
  /** What it shows, for who cannot see it. */
  readonly label: string;
  readonly small?: boolean;
};

/** A chart in the colours of the theme. The plotting library is loaded with the first one. */
export function Chart({ hash, label, small = false }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const theme = useStore(usePage().theme, (now) => now);
  const { content, problem } = useArtifact<ChartOption>(hash);
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (!content) return;
    let remove = () => {};
    let gone = false;
    import("./draw-chart.ts").then(
      ({ drawChart }) => {
        if (!gone) remove = drawChart(box.current!, content, theme, small);
      },
      () => setFailure("The plotting library could not be loaded. Reload the page."),
    );
    return () => {
      gone = true;
      remove();
    };
  }, [content, theme, small]);
  return (
    <figure className="chart">
      <div ref={box} role="img" aria-label={label} />
      {(problem ?? failure) && <figcaption className="muted">{problem ?? failure}</figcaption>}
    </figure>
  );
}
