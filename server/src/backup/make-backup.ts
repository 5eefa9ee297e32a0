import { createHash } from "node:crypto";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { backup, type DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { versions } from "../data-folder/versions.ts";
import { absent } from "../files/whole-file.ts";
import { type About, aboutName, backupFormat, checkOf, databaseName, type End, endName } from "./contents.ts";
import { padding, tarEnd, writeTarHead } from "./tar.ts";

/** Where the database is copied to, in the data folder; what a killed process left there goes with the next backup. */
const draftFolder = "backup-draft";
/** Pages of the database that are copied at once. */
const pagesAtOnce = 200;

/** A backup that is about to be written: about so many bytes. */
export type Backup = { readonly bytes: number; readonly archive: AsyncIterable<Buffer> };

type Parts = {
  readonly data: string;
  /** The database of the folder, which this process has open; undefined if no server was ever there. */
  readonly sql: DatabaseSync | undefined;
  /** Keeps pictures from being removed until the function it resolves to is called. */
  readonly hold: () => Promise<() => void>;
  /** Whether kept values belong to it: all of them can be computed again. */
  readonly values: boolean;
};

type Listed = { readonly name: string; readonly path: string; readonly size: number };

/**
 * Has `work` write a backup of a data folder, while a server uses it: the database as it is at one moment, all pictures and files that it
 * names, settings, tokens but the owner's, and kept values. What goes meanwhile is left out; pictures do not go.
 */
export async function makeBackup(
  { data, sql, hold, values }: Parts,
  work: (backup: Backup) => Promise<void>,
): Promise<void> {
  const draft = join(data, draftFolder);
  const free = await hold();
  try {
    await rm(draft, { recursive: true, force: true });
    const files: Listed[] = [];
    if (sql) {
      await mkdir(draft, { mode: 0o700 });
      const path = join(draft, databaseName);
      await backup(sql, path, { rate: pagesAtOnce });
      files.push(...(await listed(databaseName, path)));
    }
    for (const name of ["clipwork-data.json", "config.json"]) files.push(...(await listed(name, join(data, name))));
    for (const folder of ["tokens", "explain"]) files.push(...(await filesIn(data, folder)));
    for (const folder of ["artifacts", ...(values ? ["values"] : [])])
      for (const inner of (await readdir(join(data, folder)).catch(absent)) ?? []) {
        if (/^[0-9a-f]{2}$/.test(inner)) files.push(...(await filesIn(data, `${folder}/${inner}`)));
        await setImmediate();
      }
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    await work({ bytes, archive: archiveOf(files, bytes) });
  } finally {
    await rm(draft, { recursive: true, force: true });
    free();
  }
}

async function filesIn(data: string, folder: string): Promise<readonly Listed[]> {
  const names = ((await readdir(join(data, folder)).catch(absent)) ?? []).map((name) => `${folder}/${name}`);
  const found = await Promise.all(names.map((name) => listed(name, join(data, name))));
  return found.flat();
}

/** A file with its size; none if it is not there or not of a backup, as drafts are. */
async function listed(name: string, path: string): Promise<readonly Listed[]> {
  const info = checkOf(name) && (await stat(path).catch(absent));
  return info?.isFile() ? [{ name, path, size: info.size }] : [];
}

/** The archive in pieces. Its end tells the digest of all before, so that a backup which breaks off is no backup. */
async function* archiveOf(files: readonly Listed[], bytes: number): AsyncGenerator<Buffer> {
  const created = Date.now();
  const digest = createHash("sha256");
  let count = 0;
  const about: About = { format: backupFormat, clipwork: versions().clipwork!, created, bytes };
  for await (const piece of pieces()) {
    digest.update(piece);
    yield piece;
  }
  const end: End = { files: count, sha256: digest.digest("hex") };
  yield* inOne(endName, end);
  yield tarEnd;

  async function* pieces(): AsyncGenerator<Buffer> {
    yield* inOne(aboutName, about);
    for (const file of files) {
      const handle = await open(file.path).catch(absent);
      if (!handle) continue;
      try {
        // The file that has the name now may be another one than was listed; the one that is open stays as it is.
        const { size } = await handle.stat();
        yield writeTarHead({ name: file.name, size }, created);
        if (size > 0) yield* handle.createReadStream({ start: 0, end: size - 1, autoClose: false });
        yield padding(size);
        count++;
      } finally {
        await handle.close();
      }
    }
  }

  function* inOne(name: string, content: About | End): Generator<Buffer> {
    const text = Buffer.from(`${JSON.stringify(content)}\n`);
    yield writeTarHead({ name, size: text.length }, created);
    yield text;
    yield padding(text.length);
  }
}
