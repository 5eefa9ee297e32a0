import type { WorkflowJson } from "@clipwork/engine";
import { type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Compared } from "../editor/screen.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { artifact } from "../server/artifact.ts";
import { Zoomable } from "../views/zoomable.tsx";
import { Differences } from "./differences.tsx";
import { Modal } from "./modal.tsx";

/** Two results: their pictures, one above the other behind a line that can be moved, and how their workflows differ. */
export function CompareDialog() {
  const { screen } = useEditor();
  const pair = useStore(screen, (now) => now.compare);
  if (!pair) return null;
  return (
    <Modal title="Compare" wide onClose={() => screen.show({ compare: undefined })}>
      <Pair key={`${pair[0].picture} ${pair[1].picture}`} left={pair[0]} right={pair[1]} />
    </Modal>
  );
}

type PairProps = { readonly left: Compared; readonly right: Compared };

function Pair({ left, right }: PairProps) {
  const [at, setAt] = useState(50);
  const [ratio, setRatio] = useState(1);
  const box = useRef<HTMLDivElement>(null);
  const before = useDocument(left.run);
  const now = useDocument(right.run);
  useLayoutEffect(() => {
    box.current!.style.setProperty("--at", `${at}%`);
    box.current!.style.setProperty("--ratio", String(ratio));
  }, [at, ratio]);
  const drag = (event: PointerEvent) => {
    if (event.buttons !== 1) return;
    const { left, width } = box.current!.getBoundingClientRect();
    setAt(Math.min(100, Math.max(0, ((event.clientX - left) / width) * 100)));
  };
  return (
    <>
      <div className="look">
        <Zoomable label="Two pictures">
          <div className="compare-room">
            <div ref={box} className="compare">
              <img
                src={artifact(right.picture)}
                alt={right.title}
                draggable={false}
                onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setRatio(naturalWidth / naturalHeight)}
              />
              <img className="compare-upper" src={artifact(left.picture)} alt={left.title} draggable={false} />
              <div
                className="compare-line"
                onPointerDown={(event) => {
                  // The picture itself would be moved.
                  event.stopPropagation();
                  event.currentTarget.setPointerCapture(event.pointerId);
                }}
                onPointerMove={drag}
              />
            </div>
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
          step="any"
          value={at}
          onChange={({ target }) => setAt(target.valueAsNumber)}
        />
        <span>{right.title}</span>
      </footer>
      {before && now && <Differences before={before} now={now} />}
    </>
  );
}

/** The workflow that a run was made from, once the server has sent it. */
function useDocument(run: string): WorkflowJson | undefined {
  const { runs } = useEditor();
  const [document, setDocument] = useState<WorkflowJson>();
  useEffect(() => {
    let here = true;
    void runs.find(run).then((detail) => here && setDocument(detail?.document));
    return () => {
      here = false;
    };
  }, [runs, run]);
  return document;
}
