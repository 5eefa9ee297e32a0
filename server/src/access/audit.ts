import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { absent } from "../files/whole-file.ts";
import type { AuditEntry, Scope } from "../wire/wire.ts";

/**
 * Refusals have files of their own: strangers who knock for hours push nothing out but one another. So has what a token of each scope may
 * change: whoever may submit runs, without end, pushes out no more than what others did who may no more than that.
 */
const series = ["changes", "edits", "runs", "refused"] as const;
type Series = (typeof series)[number];

/** The files of what needs a scope. */
const seriesOf = { administer: "changes", edit: "edits", run: "runs", view: "runs" } as const satisfies {
  readonly [scope in Scope]: Series;
};

/** Files that are kept of each, and the bytes and milliseconds after which a new one is begun. */
const keptFiles: { readonly [of in Series]: number } = { changes: 16, edits: 8, runs: 8, refused: 4 };
const fileBytes = 2 ** 20;
const fileMs = 7 * 24 * 3600 * 1000;
/** What is older is removed, in milliseconds. */
export const auditMs = 90 * 24 * 3600 * 1000;
/** Refusals that are written down in a minute; further ones are counted. */
export const refusalsAMinute = 600;

const folderOf = (data: string) => join(data, "audit");
const pattern = /^(changes|edits|runs|refused)-(\d{1,15})\.jsonl$/;

/** The times at which the files of a series begin, oldest first. */
function beginnings(data: string, of: Series): readonly number[] {
  const names = readdirSync(folderOf(data)).map((name) => pattern.exec(name));
  return names.flatMap((match) => (match?.[1] === of ? [Number(match[2])] : [])).toSorted((a, b) => a - b);
}

const pathOf = (data: string, of: Series, began: number) => join(folderOf(data), `${of}-${began}.jsonl`);

/**
 * Writes down who changed what, and who was refused: a line of JSON each, only ever added, in files of the data folder that only its owner
 * may read. They are bounded in size and age. Several processes may write at once.
 */
export class AuditLog {
  readonly #data: string;
  readonly #now: () => number;
  readonly #open = new Map<Series, { readonly file: number; readonly began: number; bytes: number }>();
  #last = 0;
  /** Refusals since the minute began, and those of them that were only counted. */
  #minute = { began: 0, refusals: 0, counted: 0 };

  constructor(data: string, now: () => number = Date.now) {
    this.#data = data;
    this.#now = now;
    mkdirSync(folderOf(data), { recursive: true, mode: 0o700 });
  }

  /** What needs that scope was done. Throws what the system says if it cannot be written down. */
  changed(entry: Omit<AuditEntry, "time">, needs: Scope = "administer"): void {
    this.#write(seriesOf[needs], entry);
  }

  /** As `changed`, but beyond a number a minute refusals are only counted. */
  refused(entry: Omit<AuditEntry, "time">): void {
    const now = this.#now();
    if (now - this.#minute.began >= 60_000 || now < this.#minute.began) {
      const { counted } = this.#minute;
      this.#minute = { began: now, refusals: 0, counted: 0 };
      if (counted > 0) this.#write("refused", { who: "several", what: "refused", times: counted, outcome: 403 });
    }
    if (++this.#minute.refusals <= refusalsAMinute) this.#write("refused", entry);
    else this.#minute.counted++;
  }

  close(): void {
    for (const of of series) this.#shut(of);
  }

  #write(of: Series, entry: Omit<AuditEntry, "time">): void {
    // No two of this process have one time: it tells entries apart.
    this.#last = Math.max(this.#now(), this.#last + 1);
    const line = Buffer.from(`${JSON.stringify({ time: new Date(this.#last).toISOString(), ...entry })}\n`);
    const open = this.#room(of);
    open.bytes += line.byteLength;
    if (writeSync(open.file, line) === line.byteLength) return;
    // The next entry finds that a line was cut off.
    this.#shut(of);
    throw new Error(
      `The disk is full: an entry of ${pathOf(this.#data, of, open.began)} was cut off. Free some space.`,
    );
  }

  #shut(of: Series): void {
    const open = this.#open.get(of);
    // First: a number that was closed may belong to another file at once.
    this.#open.delete(of);
    if (open) closeSync(open.file);
  }

  /** The file to write in: the newest, unless it is full or old. */
  #room(of: Series) {
    const now = this.#now();
    const known = this.#open.get(of);
    if (known && known.bytes < fileBytes && now - known.began < fileMs) return known;
    this.#shut(of);
    const newest = known ? undefined : beginnings(this.#data, of).at(-1);
    const opened = newest === undefined ? undefined : this.#begin(of, newest);
    if (opened && opened.bytes < fileBytes && now - opened.began < fileMs) return opened;
    this.#shut(of);
    this.#forget(of);
    return this.#begin(of, now);
  }

  #begin(of: Series, began: number) {
    const file = openSync(pathOf(this.#data, of, began), "a+", 0o600);
    const open = { file, began, bytes: fstatSync(file).size };
    this.#open.set(of, open);
    const last = Buffer.alloc(1);
    // A line that was cut off, by a full disk or a power failure, takes the next one not with it.
    if (open.bytes > 0 && readSync(file, last, 0, 1, open.bytes - 1) === 1 && last.toString() !== "\n")
      writeSync(file, "\n");
    return open;
  }

  /** Removes files to make room for one more: beyond the number, and those whose newest entry is too old. */
  #forget(of: Series): void {
    const all = beginnings(this.#data, of);
    all.forEach((began, i) => {
      const ended = all[i + 1] ?? began + fileMs;
      if (all.length - i >= keptFiles[of] || this.#now() - ended > auditMs)
        rmSync(pathOf(this.#data, of, began), { force: true });
    });
  }
}

export type AuditFilter = {
  /** The name of a token. */
  readonly token?: string | undefined;
  /** Only what is older than the entry of that time: a time as ISO 8601 writes it, in any zone. */
  readonly before?: string | undefined;
  /** Only what is as old as the entry of that time, or newer. */
  readonly since?: string | undefined;
  /** Entries of one time are never parted: there may be more. */
  readonly limit: number;
};

/** What changes whenever something is written down: so a reader who waits need not read. */
export function auditState(data: string): string {
  const files = series.flatMap((of) => present(data, of).map((began) => pathOf(data, of, began)));
  return files.map((file) => `${file} ${statSync(file, { throwIfNoEntry: false })?.size}`).join("\n");
}

/** What was written down, newest first; `next` is the `before` of the page after this one. A line that was cut off by a full disk is passed over. */
export async function readAudit(
  data: string,
  { token, before, since = "", limit }: AuditFilter,
): Promise<{ readonly items: readonly AuditEntry[]; readonly next?: string }> {
  const end = before === undefined ? undefined : new Date(before).toISOString();
  const lines = await Promise.all(series.map((of) => Lines.open(data, of, end)));
  const items: AuditEntry[] = [];
  for (;;) {
    const heads = lines.filter(({ head }) => head !== undefined);
    if (heads.length === 0) return { items };
    const newest = heads.reduce((a, b) => (a.head!.time >= b.head!.time ? a : b));
    const entry = newest.head!;
    if (entry.time < since) return { items };
    if (token === undefined || entry.who === token) {
      // Two processes may have written at one time, by which the next page goes on.
      const last = items.at(-1)?.time;
      if (items.length >= limit && entry.time !== last) return last === undefined ? { items } : { items, next: last };
      items.push(entry);
    }
    await newest.advance();
  }
}

/** The entries of a series, newest first, file by file. */
class Lines {
  /** The entry that comes next; undefined at the end. */
  head: AuditEntry | undefined;
  readonly #data: string;
  readonly #of: Series;
  readonly #before: string | undefined;
  readonly #files: number[];
  #entries: string[] = [];

  private constructor(data: string, of: Series, before: string | undefined, files: number[]) {
    this.#data = data;
    this.#of = of;
    this.#before = before;
    this.#files = files;
  }

  static async open(data: string, of: Series, before: string | undefined): Promise<Lines> {
    const first = before === undefined ? Number.POSITIVE_INFINITY : Date.parse(before);
    const lines = new Lines(
      data,
      of,
      before,
      present(data, of).filter((began) => began < first),
    );
    await lines.advance();
    return lines;
  }

  async advance(): Promise<void> {
    for (;;) {
      const line = this.#entries.pop();
      if (line === undefined) {
        const file = this.#files.pop();
        if (file === undefined) break;
        // A file may have been removed meanwhile, since it was too old.
        const text = await readFile(pathOf(this.#data, this.#of, file), "utf8").catch(absent);
        this.#entries = (text ?? "").split("\n");
        continue;
      }
      const entry = readEntry(line);
      if (!entry || (this.#before !== undefined && entry.time >= this.#before)) continue;
      this.head = entry;
      return;
    }
    this.head = undefined;
  }
}

function present(data: string, of: Series): readonly number[] {
  try {
    return beginnings(data, of);
  } catch (error) {
    absent(error as NodeJS.ErrnoException);
    return [];
  }
}

function readEntry(line: string): AuditEntry | undefined {
  try {
    const entry = JSON.parse(line);
    return typeof entry?.time === "string" ? entry : undefined;
  } catch {
    return undefined;
  }
}
