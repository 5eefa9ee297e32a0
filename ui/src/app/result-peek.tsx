import { useEffect, useState } from "react";
import { overlap } from "../canvas/geometry.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { useLatestOutput } from "../panels/latest-picture.tsx";
import { artifact } from "../server/artifact.ts";

/** Milliseconds that the canvas has to rest before it is looked whether the result is in sight: panning costs nothing. */
const rest = 150;

/** The result of the run, while the card that has it is out of sight: whoever runs a wide workflow need not search for the picture. */
export function ResultPeek() {
  const { canvas, workflow, screen } = useEditor();
  const { output, look } = useLatestOutput();
  const view = useStore(canvas, (now) => now.view);
  const history = useStore(workflow, (now) => now.history);
  const looking = useStore(screen, (now) => now.look !== undefined);
  const [hidden, setHidden] = useState(false);
  const node = output?.node;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another document, or the card elsewhere, is looked at anew.
  useEffect(() => {
    setHidden(false);
    if (node === undefined || !view) return;
    const see = () => {
      const box = view.boxes().get(node);
      setHidden(box !== undefined && !overlap(box, view.visible()));
    };
    let timer = setTimeout(see, rest);
    const stop = canvas.watch(() => {
      clearTimeout(timer);
      timer = setTimeout(see, rest);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [canvas, view, node, history]);
  if (!hidden || looking || output?.thumbnail === undefined) return null;
  return (
    <button type="button" className="button result-peek" title="Look at the result closely" onClick={look}>
      <img src={artifact(output.thumbnail)} alt="" />
      Result
    </button>
  );
}
