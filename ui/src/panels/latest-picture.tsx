import type { RunOutput } from "@clipwork/server/wire";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { artifact } from "../server/artifact.ts";

/** The newest output of the shown run that has a picture, and a way to look at it closely. */
export function useLatestOutput(): { readonly output: RunOutput | undefined; look(): void } {
  const { runs, screen } = useEditor();
  const shown = useStore(runs, (now) => now.shown);
  const outputs = [...(shown?.shows ?? [])].flatMap(([, made]) => [...made.outputs]);
  const output: RunOutput | undefined = outputs.findLast(({ thumbnail }) => thumbnail !== undefined);
  const look = () => output && shown && screen.show({ look: { run: shown.run, node: output.node, item: output.item } });
  return { output, look };
}

/** The newest picture of the shown run, or what is forming of it, beside the settings: a narrow window has no room for it on the canvas. */
export function LatestPicture() {
  const { runs, frames } = useEditor();
  const { output, look } = useLatestOutput();
  const shown = useStore(runs, (now) => now.shown);
  const forming = useStore(frames, (now) => Object.values(now).at(-1)?.url);
  const running = shown?.state === "running";
  const source = running && forming !== undefined ? forming : output?.thumbnail && artifact(output.thumbnail);
  if (source === undefined || shown === undefined) return null;
  return (
    <button type="button" className="latest-picture" disabled={!output} onClick={look}>
      <img src={source} alt={running ? "The result so far" : "The result"} />
    </button>
  );
}
