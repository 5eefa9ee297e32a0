import { isLive, runProgress } from "../runs/run-view.ts";
import { editor } from "./editor.ts";
import { runs } from "./runs.ts";

/** Shows a run's progress in the tab: in its title and as a ring in its icon. */
export function startTab(): void {
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]")!;
  const plain = icon.href;
  let drawn = "";
  const draw = () => {
    const { shown } = runs.get();
    const name = editor.get().history.present.meta?.title || "Untitled";
    const percent = shown && isLive(shown.state) ? Math.round(runProgress(shown) * 100) : undefined;
    const title = percent === undefined ? `${name} · Clipwork` : `${percent} % · ${name}`;
    if (title === drawn) return;
    drawn = title;
    document.title = title;
    icon.href = percent === undefined ? plain : ring(percent / 100);
  };
  runs.listen(draw);
  editor.listen(draw);
  draw();
}

function ring(share: number): string {
  const canvas = document.createElement("canvas");
  canvas.width = 32;
  canvas.height = 32;
  const pen = canvas.getContext("2d")!;
  pen.lineWidth = 6;
  for (const [colour, to] of [
    ["#8888", 1],
    ["#6b7cff", share],
  ] as const) {
    pen.strokeStyle = colour;
    pen.beginPath();
    pen.arc(16, 16, 12, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * to);
    pen.stroke();
  }
  return canvas.toDataURL();
}
