import { type RunView, runProgress } from "@clipwork/engine";
import type { LoggedEvent, RunSummary } from "@clipwork/server/wire";

/** A time as people say it: "0.4 s", "12 s", "3 min 20 s". */
export function seconds(ms: number): string {
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 99_500) return `${Math.round(ms / 1_000)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** A short time in the unit that suits it: "150 ms", "2 s". */
export function exactly(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
}

/** A large number as people read it: "20,000". */
export function thousands(count: number): string {
  return count.toLocaleString("en");
}

/** How many there are of something: "1 node", "3 nodes". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

const minuteMs = 60_000;
const units = [
  { unit: "minute", ms: minuteMs, until: 60 * minuteMs },
  { unit: "hour", ms: 60 * minuteMs, until: 24 * 60 * minuteMs },
  { unit: "day", ms: 24 * 60 * minuteMs, until: 30 * 24 * 60 * minuteMs },
] as const;

/** How long ago a time was: "just now", "5 minutes ago", "yesterday"; after 30 days the date. */
export function agoText(time: number, now: number): string {
  const ms = now - time;
  if (ms < minuteMs) return "just now";
  const fitting = units.find(({ until }) => ms < until);
  if (!fitting) return `on ${new Date(time).toLocaleDateString("en", { dateStyle: "medium" })}`;
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  return words.format(-Math.floor(ms / fitting.ms), fitting.unit);
}

/**
 * What a screen reader announces for an event of the run, or undefined; `name` says what people call a node. It speaks only at important moments: an
 * announcement for every step would drown out everything else.
 */
export function spokenOf(view: RunView, event: LoggedEvent, name: (id: string) => string): string | undefined {
  switch (event.event) {
    case "run.started":
      return `The run has started: ${counted(event.nodes, "node")}.`;
    case "run.finished":
      return `The run has finished in ${seconds(event.ms)}.`;
    case "run.cancelled":
      return "The run was cancelled.";
    case "run.failed":
      return "The run has failed. What had finished is kept.";
    case "node.failed":
      return `${name(event.node)} failed: ${event.message}`;
    case "node.started":
      return view.nodes.get(event.node)?.items.size === 1 ? `${name(event.node)} is running.` : undefined;
    default:
      return undefined;
  }
}

/** What a run is called: its caption, else the title of its workflow. */
export function nameOf({ caption, title }: RunSummary): string {
  return caption?.trim() || title || "Untitled";
}

/** "seed 7"; empty without one. */
export function seedText({ seed }: RunSummary): string {
  return seed === undefined ? "" : `seed ${seed}`;
}

/** "by anna": who submitted each of those runs, by its id. Nothing is said where all are of one. */
export function ownerTexts(runs: readonly RunSummary[]): ReadonlyMap<string, string> {
  const owners = new Map(runs.map(({ id, owner = "owner" }) => [id, `by ${owner}`]));
  return new Set(owners.values()).size > 1 ? owners : new Map();
}

/** How far a run under way is. */
export function runningText({ progress, msLeft }: RunSummary): string {
  const done = progress ? `${progress.done} of ${progress.all}` : "running";
  return msLeft === undefined ? done : `${done}, ${leftText(msLeft)}`;
}

/** "about 12 s left". */
export function leftText(msLeft: number): string {
  return `about ${seconds(msLeft)} left`;
}

/** When a waiting run will have ended, by its place: "next", "3rd, done in about 20 s". */
export function waitText({ msLeft }: RunSummary, place: number): string {
  const where = place === 0 ? "next" : `${place} before it`;
  return msLeft === undefined ? where : `${where}, done in about ${seconds(msLeft)}`;
}

/** How a run ended, and when it was asked for. `clock` formats a time of day. */
export function summaryText(run: RunSummary, clock: (time: number) => string): string {
  const { state, created, started, ended } = run;
  const time = started !== undefined && ended !== undefined ? ` in ${seconds(ended - started)}` : "";
  return `${state}${time}, ${clock(created)}`;
}

/** How the shown run is doing, in a few words; `list` knows its place in the queue and its time left. Empty without a run. */
export function stateText(shown: RunView | undefined, list: readonly RunSummary[]): string {
  if (!shown) return "";
  const listed = list.find(({ id }) => id === shown.run);
  switch (shown.state) {
    case "queued":
      return listed?.position ? `${listed.position} before it` : "Queued";
    case "running": {
      const share = `${Math.round(runProgress(shown) * 100)} %`;
      return listed?.msLeft === undefined ? share : `${share}, ${leftText(listed.msLeft)}`;
    }
    case "finished":
      return "Finished";
    case "failed":
      return "Failed";
    case "cancelled":
      return "Cancelled";
  }
}

/** The bar's words on the queue, and its title, which says them whole where the bar cuts them: `held` is why no run begins. */
export function queueText(waiting: number, paused: boolean, held: string | undefined): { text: string; says: string } {
  const stands = [paused && "paused", held !== undefined && "no run begins", waiting > 0 && `${waiting} waiting`];
  const words = stands.filter(Boolean).join(", ");
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return { text, says: `${text}. ${held ?? "Show the queue"}` };
}
