import type { RunEvent } from "@clipwork/engine";
import { MultiBar, type Options, type Params, type SingleBar } from "cli-progress";
import { NodeTally, seconds } from "./node-tally.ts";
import { type Terminal, visible } from "./terminal.ts";

/** Shows a run as it goes. */
export type Progress = {
  show(event: RunEvent): void;
  /** Tells a line beside the run's own, without disturbing them. */
  tell(line: string): void;
  /** Leaves the last state on the screen. */
  stop(): void;
};

type Screen = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly rows?: number };

/** What fits the reader: JSON where it is asked for, bars on a terminal, lines elsewhere. */
export function chooseProgress(terminal: Terminal, json: boolean): Progress {
  if (json) return jsonProgress(terminal);
  return process.stderr.isTTY ? barProgress(process.stderr) : lineProgress(terminal);
}

/** A live bar for each node, on a terminal. */
export function barProgress(screen: Screen): Progress {
  const bars = new Map<string, { tally: NodeTally; bar: SingleBar }>();
  const multi = new MultiBar({
    stream: screen,
    format: drawBar,
    hideCursor: true,
    gracefulExit: false,
    fps: 10,
    // A line told above the bars moves those that did not change as well.
    forceRedraw: true,
  });
  // cli-progress can only redraw what is on the screen: nodes beyond that get no bar, only what is told of them.
  const room = (screen.rows ?? 24) - 2;
  const tell = (line: string) => {
    if (bars.size > 0) multi.log(`${line}\n`);
    else screen.write(`${line}\n`);
  };
  return {
    tell,
    show(event) {
      const line = eventLine(event);
      if (line) tell(line);
      if (!("node" in event) || event.node === undefined || event.item === undefined || event.event === "notice")
        return;
      let entry = bars.get(event.node);
      if (!entry) {
        if (bars.size >= room) return;
        const tally = new NodeTally(event.node);
        entry = { tally, bar: multi.create(1, 0, { tally }) };
        bars.set(event.node, entry);
      }
      entry.tally.record(event);
      const { done, all } = entry.tally.steps;
      entry.bar.setTotal(all);
      entry.bar.update(done);
    },
    stop() {
      if (bars.size === 0) return;
      multi.update();
      multi.stop();
    },
  };
}

function drawBar(_: Options, params: Params, { tally }: { tally: NodeTally }): string {
  const { done, all } = tally.steps;
  const filled = Math.round((params.total > 0 ? params.value / params.total : 0) * 24);
  const steps = all > 1 ? `${done}/${all}` : "";
  return `${tally.node.padEnd(12)} ${"█".repeat(filled)}${"░".repeat(24 - filled)} ${steps.padStart(7)}  ${tally.state}`;
}

/** One line for each item that ends: for logs and pipes. */
export function lineProgress(terminal: Terminal): Progress {
  return {
    tell: terminal.err,
    show(event) {
      const line = eventLine(event);
      if (line) terminal.err(line);
      if (event.event === "node.finished") terminal.err(`${spot(event)}: done in ${seconds(event.ms)}`);
      if (event.event === "node.cached") terminal.err(`${spot(event)}: cached`);
      if (event.event === "node.skipped") terminal.err(`${spot(event)}: skipped, since ${event.because} failed`);
    },
    stop() {},
  };
}

/** An event a line, as it is, for programs; but not the last, which is told with the files. */
export function jsonProgress(terminal: Terminal): Progress {
  return {
    tell: terminal.err,
    show(event) {
      if (!isEnd(event)) terminal.out(JSON.stringify(event));
    },
    stop() {},
  };
}

function isEnd({ event }: RunEvent): boolean {
  return event === "run.finished" || event === "run.failed" || event === "run.cancelled";
}

/** What is told in words on a terminal as well as in a log: failures and notices. */
function eventLine(event: RunEvent): string | undefined {
  if (event.event === "node.failed") {
    return `error: ${spot(event)}: ${visible(event.message)}${event.remedy ? `\n  → ${visible(event.remedy)}` : ""}`;
  }
  if (event.event !== "notice") return undefined;
  const { node, item } = event;
  const place = node !== undefined && item !== undefined ? `${spot({ node, item })}: ` : "";
  return `warning: ${place}${visible(event.message)}`;
}

function spot({ node, item }: { readonly node: string; readonly item: number }): string {
  return item === 0 ? node : `${node} [${item}]`;
}
