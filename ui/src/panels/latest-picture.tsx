import type { RunOutput } from "@clipwork/server/wire";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { artifact } from "../server/artifact.ts";

/** The newest picture of the shown run, or what is forming of it, beside the settings: a narrow window has no room for it on the canvas. */
export function LatestPicture() {
  const { runs, frames, screen } = useEditor();
  const shown = useStore(runs, (now) => now.shown);
  const forming = useStore(frames, (now) => Object.values(now).at(-1)?.url);
  const outputs = [...(shown?.shows ?? [])].flatMap(([, made]) => [...made.outputs]);
  const output: RunOutput | undefined = outputs.findLast(({ thumbnail }) => thumbnail !== undefined);
  const running = shown?.state === "running";
  const source = running && forming !== undefined ? forming : output?.thumbnail && artifact(output.thumbnail);
  if (source === undefined || shown === undefined) return null;
  const look = () => output && screen.show({ look: { run: shown.run, node: output.node, item: output.item } });
  return (
    <button type="button" className="latest-picture" disabled={!output} onClick={look}>
      <img src={source} alt={running ? "The result so far" : "The result"} />
    </button>
  );
}
