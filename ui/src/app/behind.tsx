import { TriangleAlert } from "lucide-react";
import { useEditor, useStore } from "../editor/use-editor.ts";

/** Says that somebody else has changed the document in front since it was opened, and what can be done. */
export function Behind() {
  const { tabs, autosave } = useEditor();
  const front = useStore(tabs, (now) => now.front);
  const behind = useStore(autosave, (now) => now.behind.has(front));
  if (!behind) return null;
  return (
    <div className="behind" role="alert">
      <TriangleAlert size={16} aria-hidden />
      <p>
        This document was changed elsewhere. <span className="muted">What you do here stays in this browser.</span>
      </p>
      <button type="button" className="button" onClick={() => void autosave.takeNewest(front)}>
        Show the newest
      </button>
      <button type="button" className="button" onClick={() => void autosave.keepCopy(front)}>
        Keep mine as a copy
      </button>
    </div>
  );
}
