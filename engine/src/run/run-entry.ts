import type { At, Entry } from "../expansion/state.ts";
import type { EntryValues } from "../values/entry.ts";

/** An entry during a run. */
export interface RunEntry extends Entry<RunEntry> {
  /** Other items that have this fingerprint. */
  twins: At<RunEntry>[] | undefined;
  /** Items of sinks that wait for it. */
  watchers: At<RunEntry>[] | undefined;
  /**
   * idle: nobody has asked for it. looking: the cache is being asked. cached: the cache has it. waiting: for inputs. ready:
   * to be run as soon as there is room. running. done: computed in this run. The state of a lost entry is meaningless.
   */
  state: "idle" | "looking" | "cached" | "waiting" | "ready" | "running" | "done";
  /** Whether this run computed it to the end, or it failed; not if a cancel broke it off. */
  ran: boolean;
  /** The cache failed to return what it had promised, so it is not asked again. */
  distrusted: boolean;
  /** Distinct entries among the inputs, known once this entry has to be computed. */
  sources: readonly RunEntry[];
  /** Sources that are not available yet. */
  waiting: number;
  /** Entries that wait for this one. */
  users: RunEntry[] | undefined;
  /** Entries that have to be computed from this one's values and have not been yet. */
  uses: number;
  /** In memory only while somebody may need them. */
  values: EntryValues | undefined;
  loading: Promise<void> | undefined;
  saving: Promise<void> | undefined;
  /** Why the cache did not take it. */
  unsaved: string | undefined;
}

/** Shared by the many entries that need nothing. */
const none: readonly [] = [];

/** An entry that nobody has asked for. */
export function runEntry(
  key: string,
  { node, item }: At<RunEntry>,
  inputs: RunEntry["inputs"],
  lost: string | undefined,
): RunEntry {
  return {
    key,
    node,
    item,
    inputs,
    lengths: undefined,
    readers: undefined,
    lost,
    twins: undefined,
    watchers: undefined,
    state: "idle",
    ran: false,
    distrusted: false,
    sources: none,
    waiting: 0,
    users: undefined,
    uses: 0,
    values: undefined,
    loading: undefined,
    saving: undefined,
    unsaved: undefined,
  };
}

/** Whether the entry's values are kept, or were computed in this run. */
export function available({ state, lost }: RunEntry): boolean {
  return lost === undefined && (state === "cached" || state === "done");
}

/** Whether the cache has the entry's values. */
export function isKept(entry: RunEntry): boolean {
  return available(entry) && entry.saving === undefined && entry.unsaved === undefined;
}

/** All items that have the entry's fingerprint. */
export function itemsOf(entry: RunEntry): readonly At<RunEntry>[] {
  return entry.twins ? [entry, ...entry.twins] : [entry];
}

/** Depth first: whatever is nearer to an output, then the earlier item. */
export function goesFirst(a: RunEntry, b: RunEntry): boolean {
  return a.node.height < b.node.height || (a.node.height === b.node.height && a.item < b.item);
}
