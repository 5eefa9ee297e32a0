import { type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import type { PictureView } from "../canvas/picture-camera.ts";
import type { Compared } from "../editor/screen.ts";
import { artifact } from "../server/artifact.ts";
import { Stage } from "./stage.tsx";

type Props = {
  readonly left: Compared;
  readonly right: Compared;
  readonly stage: {
    readonly width: number;
    readonly height: number;
    readonly view: PictureView;
    onView(view: PictureView): void;
  };
  onLoad(image: HTMLImageElement): void;
};

/** One picture above the other, behind a line that is dragged on the picture. */
export function CompareSlider({ left, right, stage, onLoad }: Props) {
  const [at, setAt] = useState(50);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current!.style.setProperty("--at", `${at}%`), [at]);
  const drag = (event: PointerEvent) => {
    if (event.buttons !== 1) return;
    event.stopPropagation();
    const { left, width } = box.current!.getBoundingClientRect();
    setAt(Math.min(100, Math.max(0, ((event.clientX - left) / width) * 100)));
  };
  return (
    <>
      <Stage label="Two pictures" {...stage}>
        <div ref={box} className="compare">
          <img
            src={artifact(right.picture)}
            alt={right.title}
            draggable={false}
            onLoad={({ currentTarget }) => onLoad(currentTarget)}
          />
          <img
            className="compare-upper"
            src={artifact(left.picture)}
            alt={left.title}
            draggable={false}
            onLoad={({ currentTarget }) => onLoad(currentTarget)}
          />
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
      </Stage>
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
    </>
  );
}
