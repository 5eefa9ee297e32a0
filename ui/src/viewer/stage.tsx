import { type PointerEvent, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import {
  cameraOf,
  centred,
  movedBy,
  type PictureCamera,
  type PictureView,
  pixelAt,
  scaledAt,
} from "../canvas/picture-camera.ts";

type Props = {
  readonly label: string;
  /** The size of the picture in its own pixels. */
  readonly width: number;
  readonly height: number;
  readonly view: PictureView;
  onView(view: PictureView): void;
  /** The pixel under the pointer, by its column and row; undefined beside the picture. */
  onPixel?(pixel: { readonly x: number; readonly y: number } | undefined): void;
  /** The camera as it is now, for what is drawn beside the picture. */
  onCamera?(camera: PictureCamera): void;
  readonly children: ReactNode;
};

/** What hears keys itself. */
const takesKeys = "input, textarea, select, [role=separator]";

/** Wheel and + − zoom at the pointer, dragging and Shift with arrows move, 1 is pixel for pixel, F and a double click fit. */
export function Stage({ label, width, height, view, onView, onPixel, onCamera, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<{ readonly width: number; readonly height: number }>();
  const camera = useMemo(() => room && cameraOf(view, { width, height }, room), [view, width, height, room]);
  const scale = camera?.scale ?? 1;
  const size = { width, height };
  const zoom = (factor: number) =>
    camera && room && onView(scaledAt(camera, camera.scale * factor, { x: room.width / 2, y: room.height / 2 }));
  const move = (x: number, y: number) => camera && room && onView(movedBy(camera, { x, y }, size, room));
  const keys: { readonly [key: string]: () => void } = {
    "+": () => zoom(1.5),
    "=": () => zoom(1.5),
    "-": () => zoom(1 / 1.5),
    "0": () => onView("fit"),
    f: () => onView("fit"),
    "1": () => room && onView(centred(1, size, room)),
    "Shift+ArrowLeft": () => move(40, 0),
    "Shift+ArrowRight": () => move(-40, 0),
    "Shift+ArrowUp": () => move(0, 40),
    "Shift+ArrowDown": () => move(0, -40),
  };
  // Listeners that are put on once see what is now.
  const now = useRef({ camera, onView, onCamera, keys });
  now.current = { camera, onView, onCamera, keys };
  useLayoutEffect(() => {
    const element = box.current!;
    const measure = () => setRoom({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const { style, dataset } = inner.current!;
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.setProperty("--scale", String(scale));
    if (!camera) return;
    style.transform = `translate(${camera.x}px, ${camera.y}px) scale(${scale})`;
    dataset.pixels = String(scale > 1.5);
    now.current.onCamera?.(camera);
  }, [camera, scale, width, height]);
  useEffect(() => {
    const element = box.current!;
    // React listens to the wheel passively, and the page must not scroll.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const { camera, onView } = now.current;
      const { left, top } = element.getBoundingClientRect();
      const at = { x: event.clientX - left, y: event.clientY - top };
      if (camera) onView(scaledAt(camera, camera.scale * 2 ** (-event.deltaY / 300), at));
    };
    // Its keys work in all of the dialog or panel that it stands in.
    const around = element.closest<HTMLElement>(".viewer, .modal") ?? element;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).matches(takesKeys)) return;
      const arrow = event.key.startsWith("Arrow") && event.shiftKey;
      const run = now.current.keys[arrow ? `Shift+${event.key}` : event.key.toLowerCase()];
      if (!run) return;
      event.preventDefault();
      event.stopPropagation();
      run();
    };
    element.addEventListener("wheel", wheel, { passive: false });
    around.addEventListener("keydown", press);
    return () => {
      element.removeEventListener("wheel", wheel);
      around.removeEventListener("keydown", press);
    };
  }, []);
  const point = (event: PointerEvent) => {
    if (event.buttons === 1) move(event.movementX, event.movementY);
    const { left, top } = box.current!.getBoundingClientRect();
    if (camera) onPixel?.(pixelAt(camera, { x: event.clientX - left, y: event.clientY - top }, size));
  };
  return (
    <div
      ref={box}
      className="zoomable"
      role="application"
      aria-label={`${label}, ${Math.round(scale * 100)} %`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys zoom and move the picture.
      tabIndex={0}
      onPointerMove={point}
      onPointerLeave={() => onPixel?.(undefined)}
      onPointerDown={(event) => (event.target as Element).setPointerCapture?.(event.pointerId)}
      onDoubleClick={() => onView("fit")}
    >
      <div ref={inner} className="zoomable-inner">
        {children}
      </div>
    </div>
  );
}
