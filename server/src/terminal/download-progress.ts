import type { Progress } from "../hub/rate.ts";
import { seconds } from "./node-tally.ts";
import { size } from "./size.ts";
import { type Terminal, visible } from "./terminal.ts";

/** Shows a download while it goes on. */
export type DownloadProgress = { show(progress: Progress): void; stop(): void };

/** How often a program or a log hears of it, in milliseconds. */
const logEvery = 10_000;
const jsonEvery = 500;
const barWidth = 24;

/** The display that fits the reader: JSON if requested, one line that changes on a terminal, lines elsewhere. */
export function downloadProgress(terminal: Terminal, json: boolean, screen = process.stderr): DownloadProgress {
  if (json)
    return nowAndThen(jsonEvery, (progress) => terminal.out(JSON.stringify({ event: "progress", ...progress })));
  if (!screen.isTTY) return nowAndThen(logEvery, (progress) => terminal.err(progressLine(progress)));
  let shown = false;
  const line = nowAndThen(100, (progress) => {
    shown = true;
    const filled = Math.round((progress.all > 0 ? progress.done / progress.all : 1) * barWidth);
    const bar = `${"█".repeat(filled)}${"░".repeat(barWidth - filled)}`;
    const text = `${bar} ${progressLine(progress)}`;
    screen.write(`\r\u001b[K${text.slice(0, (screen.columns ?? 80) - 1)}`);
  });
  return {
    show: line.show,
    stop() {
      line.stop();
      if (shown) screen.write("\n");
    },
  };
}

/** "3.2 MB of 13.7 GB, 41.0 MB/s, 5 min 12 s left: prior/model.safetensors" */
export function progressLine({ file, done, all, bytesPerSecond, secondsLeft }: Progress): string {
  const rate = bytesPerSecond === undefined ? "" : `, ${size(bytesPerSecond)}/s`;
  const left = secondsLeft === undefined ? "" : `, ${seconds(secondsLeft * 1000)} left`;
  return visible(`${size(done)} of ${size(all)}${rate}${left}: ${file}`);
}

/** Shows the first, then one in so many milliseconds, and the last when it stops. */
function nowAndThen(ms: number, draw: (progress: Progress) => void): DownloadProgress {
  let last = Number.NEGATIVE_INFINITY;
  let waiting: Progress | undefined;
  return {
    show(progress) {
      waiting = progress;
      if (performance.now() - last < ms) return;
      last = performance.now();
      waiting = undefined;
      draw(progress);
    },
    stop() {
      if (waiting) draw(waiting);
      waiting = undefined;
    },
  };
}
