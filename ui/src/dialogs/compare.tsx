import { useEffect, useRef, useState } from "react";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { artifact } from "../server/artifact.ts";
import { Zoomable } from "../views/zoomable.tsx";
import { Modal } from "./modal.tsx";

/** Two pictures, one above the other; a slider sets how much of each is visible. */
export function CompareDialog() {
  const { screen } = useEditor();
  const pair = useStore(screen, (now) => now.compare);
  const [at, setAt] = useState(50);
  const upper = useRef<HTMLImageElement>(null);
  useEffect(() => {
    if (upper.current) upper.current.style.clipPath = `inset(0 ${100 - at}% 0 0)`;
  }, [at]);
  if (!pair) return null;
  const [left, right] = pair;
  return (
    <Modal title="Compare" wide onClose={() => screen.show({ compare: undefined })}>
      <div className="look">
        <Zoomable label="Two pictures">
          <div className="compare">
            <img src={artifact(right.picture)} alt={right.title} draggable={false} />
            <img ref={upper} src={artifact(left.picture)} alt={left.title} draggable={false} />
          </div>
        </Zoomable>
      </div>
      <footer className="look-foot">
        <span>{left.title}</span>
        <input
          type="range"
          className="slider"
          aria-label="How much of the first picture is visible"
          min={0}
          max={100}
          value={at}
          onChange={({ target }) => setAt(target.valueAsNumber)}
        />
        <span>{right.title}</span>
      </footer>
    </Modal>
  );
}
