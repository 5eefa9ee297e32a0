import { join } from "node:path";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { keptToken } from "../../access/access.ts";
import { BackupError } from "../../backup/backup-error.ts";
import { hasDatabase } from "../../backup/contents.ts";
import { type Backup, makeBackup } from "../../backup/make-backup.ts";
import { backupFile, writeBackup } from "../../backup/write-backup.ts";
import { Refused, ServerClient } from "../../client/server-client.ts";
import { dataFolder, openedDataFolderTrouble } from "../../data-folder/data-folder.ts";
import { Database, FolderInUse } from "../../data-folder/database.ts";
import { noteBackup } from "../../data-folder/notes/last-backup.ts";
import { servingAt } from "../../data-folder/notes/serving.ts";
import { size } from "../../terminal/size.ts";
import { inputProblem, refuse, type Terminal, visible } from "../../terminal/terminal.ts";
import { cancellable } from "./cancellable.ts";

export type BackupCommandOptions = {
  readonly target: string;
  readonly values: boolean;
  readonly server?: string;
  readonly data?: string;
  readonly json?: boolean;
};

/** `clipwork backup`: asks the server that uses the folder, or reads the folder itself if none does. Returns the exit code. */
export async function backupCommand(terminal: Terminal, options: BackupCommandOptions): Promise<number> {
  const { target, values, server, json = false } = options;
  const data = dataFolder(options.data);
  const trouble = server === undefined ? await openedDataFolderTrouble(data) : undefined;
  if (trouble) return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], json);
  return cancellable(terminal, { file: target, json }, async ({ onProgress, signal }) => {
    const file = await backupFile(target);
    let bytes = 0;
    const write = async (backup: Backup) => {
      bytes = await writeBackup(file, backup, { onProgress, signal });
    };
    const address = server ?? (await readFolder(data, values, write));
    if (address !== undefined) await write(await askServer(address, { values, signal }));
    if (server === undefined) await noteBackup(data, Date.now());
    return () => {
      const line = `${file}: ${size(bytes)}. Model packs are not part of it; keep it where nobody else reads it.`;
      terminal.out(json ? JSON.stringify({ event: "backup", file, bytes }) : visible(line));
    };
  });
}

/** Has `work` write a backup of a folder that no server uses. Returns the address of the server if one does. */
async function readFolder(
  data: string,
  values: boolean,
  work: (backup: Backup) => Promise<void>,
): Promise<string | undefined> {
  let database: Database | undefined;
  try {
    database = hasDatabase(data) ? new Database(data) : undefined;
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    const there = servingAt(data);
    if (there) return withToken(there.url, data);
    throw new BackupError(error.message, "Name its address with --server, as it printed it.");
  }
  try {
    // Nobody else has the lock, so nobody removes anything.
    await makeBackup({ data, sql: database?.sql, hold: async () => () => {}, values }, work);
    return undefined;
  } finally {
    database?.close();
  }
}

/** The address with the token of its owner, if there is one that may be read. */
function withToken(url: string, data: string): string {
  try {
    return `${url}/?token=${keptToken(join(data, "token"))}`;
  } catch {
    // Only a server that others can reach has one.
    return url;
  }
}

/** Asks a server for a backup. Throws BackupError if it does not give one. */
async function askServer(
  server: string,
  { values, signal }: { readonly values: boolean; readonly signal: AbortSignal },
): Promise<Backup> {
  try {
    const response = await new ServerClient(server).open("POST", "/backup", { values }, signal);
    const bytes = response.headers.get("x-backup-bytes");
    if (response.body && bytes !== null) {
      const pieces = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
      return { bytes: Number(bytes), archive: unbroken(pieces, signal) };
    }
  } catch (error) {
    if (error instanceof Refused) throw new BackupError(error.message, error.remedy);
    throw error;
  }
  throw new BackupError("That server gives no backups.", "Name the address of a server of this version with --server.");
}

/** The pieces of a stream, whose end before its time is told as what it is. */
async function* unbroken(stream: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const piece of stream) yield Buffer.from(piece as Uint8Array);
  } catch (error) {
    if (signal.aborted) throw error;
    throw new BackupError(
      "The server broke off the backup.",
      "See what its log says, then try again. Nothing was written.",
    );
  }
}
