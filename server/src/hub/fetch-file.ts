import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { PackError } from "@clipwork/models";
import { Pace, TooSlow } from "./connection/pace.ts";
import { withPatience } from "./connection/patience.ts";
import { refuseStatus } from "./connection/refused.ts";
import { type Answer, Broken, get } from "./connection/request.ts";
import { fileAddress, type Hub } from "./connection/settings.ts";
import { FileCheck } from "./file-check.ts";
import type { Listing, RemoteFile } from "./listing.ts";

/**
 * Downloads a file to `path`, which appears whole or not at all. What came of it lies beside it as `.part`; the next try goes on from
 * there, in this process or another. Its bytes are hashed as they come. `onBytes` hears how many there are. Throws PackError if they
 * are not those that the hub announced, and what the system does for a full disk.
 */
export async function fetchFile(
  hub: Hub,
  { repository, commit }: Pick<Listing, "repository" | "commit">,
  file: RemoteFile,
  path: string,
  { onBytes, signal }: { readonly onBytes: (bytes: number) => void; readonly signal: AbortSignal },
): Promise<void> {
  if (file.sha256 === undefined && file.git === undefined)
    throw new PackError(
      `${hub.endpoint.host} does not say which hash ${file.path} of ${repository.id} has, so it cannot be checked.`,
      "Use a hub that says it, or download the repository yourself and add its folder.",
    );
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  let got = await stat(part).then(
    ({ size }) => size,
    () => 0,
  );
  const url = fileAddress(hub, { id: repository.id, commit }, file.path);
  const pace = new Pace(url.host, hub.least);
  await withPatience(
    hub,
    async () => {
      const count = (bytes: number) => {
        got = bytes;
        onBytes(bytes);
      };
      await goOn(hub, { url, part, file, repository }, { signal, pace, onBytes: count });
    },
    {
      ...{ signal, got: () => got },
      kept: () => "What came so far is kept: the same command goes on from there.",
    },
  );
  await rename(part, path);
}

type Place = {
  readonly url: URL;
  readonly part: string;
  readonly file: RemoteFile;
  readonly repository: Listing["repository"];
};

/** One connection: whatever is missing of a file. */
async function goOn(
  hub: Hub,
  { url, part, file, repository }: Place,
  {
    signal,
    pace,
    onBytes,
  }: { readonly signal: AbortSignal; readonly pace: Pace; readonly onBytes: (bytes: number) => void },
): Promise<void> {
  const handle = await open(part, "a+");
  try {
    let { size } = await handle.stat();
    if (size > file.bytes) size = await cut(handle);
    let check = new FileCheck(file);
    if (size > 0) await check.addFile(part, signal);
    if (size < file.bytes || file.bytes === 0) {
      const answer = await get(hub, url, size > 0 ? { headers: { range: `bytes=${size}-` }, signal } : { signal });
      refuseStatus(hub, repository, answer, `file ${file.path} in ${repository.id}`);
      if (size > 0 && !continues(answer, size, file.bytes)) {
        size = await cut(handle);
        check = new FileCheck(file);
        if (answer.body.statusCode !== 200) throw new Broken(`${answer.url.host} does not go on where it stopped`);
      }
      onBytes(size);
      pace.begin();
      await receive(answer, signal, async (bytes) => {
        if (check.bytes + bytes.length > file.bytes) throw wrong(file, repository, "is longer than the hub announced");
        check.add(bytes);
        await handle.appendFile(bytes);
        onBytes(check.bytes);
        pace.came(bytes.length);
      });
    }
    if (check.bytes < file.bytes) throw new Broken(`The connection to ${url.host} broke off`);
    if (!check.matches()) throw wrong(file, repository, "does not have the hash that the hub announced");
    await handle.sync();
  } catch (error) {
    if (error instanceof PackError && !(error instanceof TooSlow)) await rm(part, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Empties the file: what came cannot be gone on with. */
async function cut(handle: Awaited<ReturnType<typeof open>>): Promise<0> {
  await handle.truncate(0);
  return 0;
}

/** Whether an answer begins where the file so far ends, and is of a file of that size. */
function continues({ body }: Answer, at: number, bytes: number): boolean {
  const [, start, all] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(body.headers["content-range"] ?? "") ?? [];
  return body.statusCode === 206 && Number(start) === at && (all === "*" || Number(all) === bytes);
}

async function receive(
  { body, url }: Answer,
  signal: AbortSignal,
  take: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  const parts = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  for (;;) {
    const next = await parts.next().catch((error: Error) => {
      if (signal.aborted || error instanceof Broken) throw error;
      throw new Broken(`The connection to ${url.host} broke off`);
    });
    if (next.done) return;
    try {
      await take(next.value);
    } catch (error) {
      body.destroy();
      throw error;
    }
  }
}

function wrong({ path }: RemoteFile, { id }: Listing["repository"], what: string): PackError {
  return new PackError(`${path} of ${id} ${what}.`, "It is not kept. Try again; if it stays so, do not use this hub.");
}
