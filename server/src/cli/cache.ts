import { rm } from "node:fs/promises";
import { readConfiguration } from "../data-folder/configuration.ts";
import {
  dataFolder,
  keysFolder,
  openedDataFolderTrouble,
  updateDataFolder,
  valuesBudget,
  valuesFolder,
} from "../data-folder/data-folder.ts";
import { seconds } from "../terminal/node-tally.ts";
import { size } from "../terminal/size.ts";
import { exitCodes, inputProblem, refuse, type Terminal } from "../terminal/terminal.ts";
import { diskStore } from "../values/disk-store.ts";
import { inOrderOfLeaving } from "../values/eviction.ts";
import { rememberedTypes } from "../values/remembered-keys.ts";
import type { StoredEntry } from "../values/value-store.ts";

type CacheOptions = { readonly data?: string; readonly json?: boolean };

/** How many of the values that would be evicted first are listed. */
const listed = 5;

/**
 * `clipwork cache ls`: what is kept and how long it took to compute, in total and by node type, and what would be evicted
 * first.
 */
export function cacheLsCommand(terminal: Terminal, options: CacheOptions): Promise<number> {
  return withDataFolder(terminal, options, "read", async (folder) => {
    const entries = await diskStore(valuesFolder(folder)).list();
    const known = await rememberedTypes(keysFolder(folder));
    const groups = Map.groupBy(entries, ({ key }) => known.get(key));
    const types = [...groups].map(([type, some]) => ({ type: type ?? null, ...summary(some) }));
    types.sort((a, b) => b.bytes - a.bytes);
    const next = inOrderOfLeaving(entries)
      .slice(0, listed)
      .map(({ key, size: bytes, cost: ms, used }) => ({
        ...{ key, type: known.get(key) ?? null, bytes, ms },
        used: new Date(used).toISOString(),
      }));
    const total = { folder, ...summary(entries), types };
    if (options.json) return terminal.out(JSON.stringify({ event: "cache", ...total, next }));
    terminal.out(`${folder}: ${told(total)}`);
    const width = Math.max(0, ...types.map(({ type }) => titleOf(type).length));
    for (const row of types) terminal.out(`  ${titleOf(row.type).padEnd(width)}  ${told(row)}`);
    if (next.length > 0) terminal.out("evicted first when the budget is exceeded:");
    for (const { key, type, bytes, ms } of next)
      terminal.out(`  ${titleOf(type).padEnd(width)}  ${key.slice(0, 12)}  ${size(bytes)}, took ${duration(ms)}`);
  });
}

/**
 * `clipwork cache gc`: evicts the values that are cheapest to recompute per byte and least recently used, until the rest fits
 * into what the data folder's configuration keeps, or into so many bytes.
 */
export async function cacheGcCommand(
  terminal: Terminal,
  options: CacheOptions & { readonly maxBytes?: string },
): Promise<number> {
  const { maxBytes } = options;
  if (maxBytes !== undefined && !/^\d{1,15}$/.test(maxBytes)) {
    const message = `--max-bytes ${JSON.stringify(maxBytes)} is not a number of bytes.`;
    const problem = inputProblem("usage", message, "Write a whole number, such as --max-bytes 1000000000.");
    return refuse(terminal, [problem], options.json === true);
  }
  const { configuration, problems } = await readConfiguration(dataFolder(options.data));
  if (maxBytes === undefined && !configuration) return refuse(terminal, problems, options.json === true);
  const budget = Number(maxBytes ?? configuration?.keepBytes ?? valuesBudget);
  return withDataFolder(terminal, options, "write", async (folder) => {
    const store = diskStore(valuesFolder(folder));
    tellFreed(terminal, options, folder, await store.trim(budget), await store.list());
  });
}

/** `clipwork cache clear`: removes all values, and what is remembered of their keys; packs and everything else stay. */
export function cacheClearCommand(terminal: Terminal, options: CacheOptions): Promise<number> {
  return withDataFolder(terminal, options, "write", async (folder) => {
    const store = diskStore(valuesFolder(folder));
    // Less than nothing, so that empty files left by an unfinished write are removed as well.
    const removed = await store.trim(-1);
    await rm(keysFolder(folder), { recursive: true, force: true });
    tellFreed(terminal, options, folder, removed, await store.list());
  });
}

async function withDataFolder(
  terminal: Terminal,
  options: CacheOptions,
  use: "read" | "write",
  work: (folder: string) => Promise<void>,
): Promise<number> {
  const folder = dataFolder(options.data);
  const trouble = await openedDataFolderTrouble(folder, use);
  if (trouble) {
    return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], options.json === true);
  }
  await updateDataFolder(folder);
  await work(folder);
  return exitCodes.done;
}

function tellFreed(
  terminal: Terminal,
  { json }: CacheOptions,
  folder: string,
  removed: readonly StoredEntry[],
  left: readonly StoredEntry[],
): void {
  const [freed, kept] = [summary(removed), summary(left)];
  if (json) terminal.out(JSON.stringify({ event: "freed", folder, removed: freed, kept }));
  else terminal.out(`${folder}: ${count(freed)} freed; ${count(kept)} kept.`);
}

type Summary = {
  readonly entries: number;
  readonly bytes: number;
  /** How long they took to compute, in milliseconds. */
  readonly ms: number;
  readonly oldest?: string;
  readonly newest?: string;
};

function summary(entries: readonly StoredEntry[]): Summary {
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  const ms = entries.reduce((sum, { cost }) => sum + cost, 0);
  if (entries.length === 0) return { entries: 0, bytes, ms };
  const used = entries.map((entry) => entry.used).sort((a, b) => a - b);
  const [oldest, newest] = [used[0]!, used.at(-1)!].map((time) => new Date(time).toISOString());
  return { entries: entries.length, bytes, ms, oldest: oldest!, newest: newest! };
}

function told(of: Summary): string {
  if (!of.oldest || !of.newest) return count(of);
  const [oldest, newest] = [of.oldest, of.newest].map((time) => `${time.slice(0, 10)} ${time.slice(11, 16)}`);
  return `${count(of)}, took ${duration(of.ms)}, last used ${oldest === newest ? newest : `${oldest} to ${newest}`} UTC`;
}

/** As others say it, but that many values take less than a tenth of a second. */
function duration(ms: number): string {
  if (ms >= 50) return seconds(ms);
  return ms < 1 ? "under 1 ms" : `${Math.round(ms)} ms`;
}

function count({ entries, bytes }: Summary): string {
  return `${entries} ${entries === 1 ? "value" : "values"}, ${size(bytes)}`;
}

function titleOf(type: string | null): string {
  return type ?? "earlier runs";
}
