import { isRunEnd, type NodeView, type RunEvent, type RunView } from "@clipwork/engine";
import { MultiBar, type Options, type Params, type SingleBar } from "cli-progress";
import { ItemLines } from "./item-lines.ts";
import { describeState, seconds, stepsOf } from "./node-tally.ts";
import { type Terminal, visible } from "./terminal.ts";

/** Shows a run while it goes on. */
export type Progress = {
  /** `view` is the run after the event. */
  show(event: RunEvent, view: RunView): void;
  /** Prints a line next to the run's own lines, without disturbing them. */
  tell(line: string): void;
  /** Leaves the last state on the screen. */
  stop(): void;
};

type Screen = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly rows?: number; readonly columns?: number };

/** The display that fits the reader: JSON if requested, bars on a terminal that can draw them, lines elsewhere. */
export function chooseProgress(terminal: Terminal, json: boolean): Progress {
  if (json) return jsonProgress(terminal);
  return drawsBars(process.stderr) ? barProgress(process.stderr) : lineProgress(terminal);
}

/** Narrower and lower than this, a bar with its words has no room. */
const leastColumns = 40;
const leastRows = 5;

/**
 * Whether bars can be drawn and redrawn there: a terminal of some size, neither dumb nor that of a build server, whose log keeps every
 * redrawing.
 */
export function drawsBars(
  { isTTY, rows = 0, columns = 0 }: Pick<Screen, "isTTY" | "rows" | "columns">,
  { TERM, CI = "" }: NodeJS.ProcessEnv = process.env,
): boolean {
  if (isTTY !== true || TERM === "dumb" || !["", "0", "false"].includes(CI)) return false;
  return columns >= leastColumns && rows >= leastRows;
}

/** A live bar for each node, on a terminal. */
export function barProgress(screen: Screen): Progress {
  const bars = new Map<string, SingleBar>();
  const multi = new MultiBar({
    stream: screen,
    format: (_: Options, params: Params, bar: Bar) => drawBar(params, bar, screen.columns ?? 80),
    hideCursor: true,
    gracefulExit: false,
    fps: 10,
    // A line printed above the bars moves the unchanged ones as well.
    forceRedraw: true,
  });
  // cli-progress can only redraw what is on the screen: nodes beyond that get no bar, only their printed lines.
  const room = (screen.rows ?? 24) - 2;
  let redraws = false;
  const tell = (line: string) => {
    // What is logged waits for the next redrawing.
    if (redraws) multi.log(`${line}\n`);
    else screen.write(`${line}\n`);
  };
  return {
    tell,
    show(event, view) {
      const line = eventLine(event);
      if (line) tell(line);
      const id = "node" in event ? event.node : undefined;
      const node = id === undefined ? undefined : view.nodes.get(id);
      if (id === undefined || !node || node.items.size === 0) return;
      let bar = bars.get(id);
      if (!bar) {
        if (bars.size >= room) return;
        bar = multi.create(1, 0, { id, node });
        bars.set(id, bar);
        redraws = true;
      }
      const { done, all } = stepsOf(node);
      bar.setTotal(all);
      bar.update(done, { node });
    },
    stop() {
      if (!redraws) return;
      redraws = false;
      multi.update();
      multi.stop();
    },
  };
}

type Bar = { readonly id: string; readonly node: NodeView };

const longestBar = 24;

/** One line that fits the screen. The bar gets shorter before the name is cut, and the state stays whole. */
function drawBar({ total, value }: Pick<Params, "total" | "value">, { id, node }: Bar, columns: number): string {
  const { done, all } = stepsOf(node);
  const words = `${(all > 1 ? `${done}/${all}` : "").padStart(7)}  ${describeState(node)}`;
  const room = columns - 1 - words.length - 2;
  const length = Math.min(longestBar, Math.max(4, room - Math.max(12, id.length)));
  const widest = Math.max(4, room - length);
  const name = id.length > widest ? `${id.slice(0, widest - 1)}…` : id.padEnd(Math.min(12, widest));
  const filled = Math.round((total > 0 ? value / total : 0) * length);
  return `${name} ${"█".repeat(filled)}${"░".repeat(length - filled)} ${words}`;
}

/**
 * One line for each item that ends, those of a node in item order, and for each time that a node begins to load a model: for logs and
 * pipes. A failure is printed at once.
 */
export function lineProgress(terminal: Terminal): Progress {
  const items = new ItemLines(terminal.err);
  /** Nodes whose loading was printed. */
  const loading = new Set<string>();
  return {
    tell: terminal.err,
    show(event) {
      if (event.event === "node.progress") {
        const { node, doing } = event;
        if (doing !== undefined && !loading.has(node)) terminal.err(`${spot(event)}: ${doing}`);
        if (doing !== undefined) loading.add(node);
        else loading.delete(node);
      }
      const line = eventLine(event);
      if (line) terminal.err(line);
      if (event.event === "node.failed") items.ended(event);
      if (event.event === "node.finished") items.ended(event, `${spot(event)}: done in ${seconds(event.ms)}`);
      if (event.event === "node.cached") items.ended(event, `${spot(event)}: cached`);
      if (event.event === "node.skipped") items.ended(event, `${spot(event)}: skipped, since ${event.because} failed`);
    },
    stop: () => items.rest(),
  };
}

/** One event per line, as it is, for programs, except the last, which is printed with the files. */
export function jsonProgress(terminal: Terminal): Progress {
  return {
    tell: terminal.err,
    show(event) {
      if (!isRunEnd(event)) terminal.out(JSON.stringify(event));
    },
    stop() {},
  };
}

/** What is printed in words on a terminal as well as in a log: failures and notices. */
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
