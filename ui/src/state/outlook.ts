import type { ForecastReply } from "@clipwork/server/wire";
import { api } from "../server/api.ts";
import { seconds } from "./announce.ts";
import { editor, problems, workflow } from "./editor.ts";
import { running, runs } from "./runs.ts";
import { createStore } from "./store.ts";

/** What the next run would do with a node. */
export type NodeOutlook = ForecastReply["nodes"][number]["state"];

/** What a run would do if it began now, as the server foresees it. */
export type Outlook = {
  readonly nodes: { readonly [node: string]: NodeOutlook };
  /** How many nodes it would run, or may have to, and of how many it needs the values. */
  readonly toRun: number;
  readonly all: number;
  readonly ms?: number;
};

/** Undefined while a run is under way, and where the document cannot be run. */
export const outlook = createStore<Outlook | undefined>(undefined);

/** The pause in which somebody goes on typing. */
const pauseMs = 300;

let timer: ReturnType<typeof setTimeout> | undefined;
let asked = 0;
let seen: readonly unknown[] = [];

/** Asks the server from now on, after every change of the document and after every run. */
export function startOutlook(): void {
  for (const store of [editor, problems, runs]) store.listen(notice);
  notice();
}

function notice(): void {
  const { nodes, exposed } = workflow();
  const live = running(runs.get()) || runs.get().submitting;
  const now = [nodes, exposed, live, runs.get().connected];
  if (now.every((part, i) => part === seen[i])) return;
  seen = now;
  asked++;
  clearTimeout(timer);
  timer = setTimeout(() => void ask(asked), pauseMs);
}

async function ask(number: number): Promise<void> {
  const wrong = problems.get().all.some(({ severity }) => severity === "error");
  const idle = !running(runs.get()) && runs.get().connected && Object.keys(workflow().nodes).length > 0;
  // Where the server refuses, it says why when Run is pressed.
  const reply = idle && !wrong ? await api.forecast({ document: workflow() }).catch(() => undefined) : undefined;
  if (number !== asked) return;
  outlook.set(reply && read(reply));
}

function read({ nodes, ms }: ForecastReply): Outlook {
  const toRun = nodes.filter(({ state }) => state === "would run" || state === "unknown").length;
  const all = nodes.filter(({ state }) => state !== "not needed").length;
  const states = Object.fromEntries(nodes.map(({ node, state }) => [node, state]));
  return { nodes: states, toRun, all, ...(ms === undefined ? {} : { ms }) };
}

/** The mark of a node: only where the run would compute some nodes and take others as they are kept. */
export function markOf(now: Outlook | undefined, node: string): "ahead" | "kept" | undefined {
  if (!now || now.toRun === 0 || now.toRun === now.all || !Object.hasOwn(now.nodes, node)) return undefined;
  const state = now.nodes[node];
  return state === "would run" || state === "unknown" ? "ahead" : state === "cached" ? "kept" : undefined;
}

/** "2 of 6 nodes, about 1.4 s". */
export function describeOutlook({ toRun, all, ms }: Outlook): string {
  if (toRun === 0) return "everything is kept";
  const nodes = toRun === all ? (all === 1 ? "1 node" : `${all} nodes`) : `${toRun} of ${all} nodes`;
  return ms === undefined ? nodes : `${nodes}, about ${seconds(ms)}`;
}
