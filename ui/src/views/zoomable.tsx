import { type PointerEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";

type Props = { readonly label: string; readonly children: ReactNode };
type Transform = { readonly k: number; readonly x: number; readonly y: number };

const whole: Transform = { k: 1, x: 0, y: 0 };
const most = 64;

/** Zooms to the pixels with the wheel or + and −, moves by dragging, and shows the whole again with a double click or 0. */
export function Zoomable({ label, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const [{ k, x, y }, set] = useState(whole);
  useEffect(() => {
    inner.current!.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
    inner.current!.dataset.pixels = String(k > 3);
  }, [k, x, y]);
  const zoom = useCallback((factor: number, atX = 0, atY = 0) => {
    set((now) => {
      const to = Math.min(most, Math.max(1, now.k * factor));
      if (to === 1) return whole;
      const by = to / now.k;
      return { k: to, x: atX - (atX - now.x) * by, y: atY - (atY - now.y) * by };
    });
  }, []);
  useEffect(() => {
    const element = box.current!;
    // React listens to the wheel passively, and the page must not scroll.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top, width, height } = element.getBoundingClientRect();
      zoom(2 ** (-event.deltaY / 300), event.clientX - left - width / 2, event.clientY - top - height / 2);
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [zoom]);
  const drag = (event: PointerEvent) => {
    if (event.buttons === 1 && k > 1)
      set((now) => ({ ...now, x: now.x + event.movementX, y: now.y + event.movementY }));
  };
  return (
    <div
      ref={box}
      className="zoomable"
      role="application"
      aria-label={`${label}, ${Math.round(k * 100)} %`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys zoom and move the picture.
      tabIndex={0}
      onPointerMove={drag}
      onPointerDown={(event) => (event.target as Element).setPointerCapture?.(event.pointerId)}
      onDoubleClick={() => set(whole)}
      onKeyDown={({ key }) => {
        if (key === "+" || key === "=") zoom(1.5);
        else if (key === "-") zoom(1 / 1.5);
        else if (key === "0") set(whole);
        else if (key.startsWith("Arrow"))
          set((now) => ({
            ...now,
            x: now.x + (key === "ArrowLeft" ? 40 : key === "ArrowRight" ? -40 : 0),
            y: now.y + (key === "ArrowUp" ? 40 : key === "ArrowDown" ? -40 : 0),
          }));
      }}
    >
      <div ref={inner} className="zoomable-inner">
        {children}
      </div>
    </div>
  );
}
