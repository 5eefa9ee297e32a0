import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fastestProvider, probeAll } from "@clipwork/models/onnx";
import { BadToken, keptToken } from "../../access/access.ts";
import { readConfiguration } from "../../data-folder/configuration.ts";
import { dataFolderTrouble, hashesFile } from "../../data-folder/data-folder.ts";
import { damageIn } from "../../data-folder/database.ts";
import { networkOf, networkWarning } from "../../data-folder/network-disk.ts";
import { lastBackup } from "../../data-folder/notes/last-backup.ts";
import { roomOf, roomTrouble } from "../../data-folder/room.ts";
import { serverFoldersTrouble } from "../../data-folder/server-folders.ts";
import { knownHashes } from "../../installed/known-hashes.ts";
import { isUnusable, loadPacks, packRoots } from "../../installed/load-packs.ts";
import { tryNodePacks } from "../../installed/try-node-packs.ts";
import { called } from "../../terminal/called.ts";
import { size } from "../../terminal/size.ts";
import { examineFront } from "./examine-front.ts";
import { type Finding, type Found, ok, wrong } from "./finding.ts";

type Place = {
  readonly data: string;
  readonly port: number;
  /** At which people reach the server, through a proxy, with a token if there is one. */
  readonly address?: string;
};
type Look = (place: Place) => Promise<Found>;

/** Earlier than this no clock of a machine with this version can be. */
const written = Date.UTC(2026, 0, 1);
/** Milliseconds by which the clock of a disk may differ from that of the machine. */
const clocksDiffer = 120_000;

/** What is looked at, in this order. */
const looks: readonly (readonly [about: string, look: Look])[] = [
  ["Node", async () => ok(`${process.version} on ${process.platform} ${process.arch}.`)],
  ["data folder", dataFolderFinding],
  ["configuration", configurationFinding],
  ["node packs", nodePacksFinding],
  ["disk", diskFinding],
  ["database", databaseFinding],
  ["backup", backupFinding],
  ["token", tokenFinding],
  ["clock", clockFinding],
  ["port", portFinding],
  ["packs", packsFinding],
  ["providers", providersFinding],
];

/** Looks at all that a server needs. What cannot be looked at is an error of its own, and the rest is looked at all the same. */
export async function examine(place: Place): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const all = place.address === undefined ? looks : [...looks, ["proxy", proxyFinding(place.address)] as const];
  for (const [about, look] of all)
    findings.push({
      about,
      ...(await look(place).catch(({ message }: Error) =>
        wrong("error", {
          message: `It cannot be looked at: ${message}.`,
          remedy: "Mend what the message names, then look again.",
        }),
      )),
    });
  return findings;
}

async function dataFolderFinding({ data }: Place) {
  const trouble = (await dataFolderTrouble(data)) ?? (await serverFoldersTrouble(data));
  if (trouble) return wrong("error", trouble);
  return ok(existsSync(data) ? `${data} can be used.` : `${data} will be made by the first run.`);
}

async function configurationFinding({ data }: Place) {
  const { configuration, problems } = await readConfiguration(data);
  const [problem] = problems;
  if (problem) return wrong("error", { message: problem.message, remedy: problem.remedy ?? "Correct it." });
  const { basePath, trustProxy } = configuration!;
  const front = [
    ...(basePath === undefined ? [] : [`the path ${basePath || "/"}`]),
    ...(trustProxy === undefined ? [] : ["proxies that are trusted"]),
  ];
  return ok(front.length === 0 ? "It can be read." : `It can be read; it names ${front.join(" and ")}.`);
}

/** Each is loaded in a process of its own, as every command does first. */
async function nodePacksFinding({ data }: Place) {
  const { configuration } = await readConfiguration(data);
  const { nodePacks = [] } = configuration ?? {};
  const { places, refused } = await tryNodePacks(nodePacks);
  const [first] = refused;
  if (first)
    return wrong("warning", {
      message: refused.map(({ problem }) => problem.message).join(" "),
      remedy: first.problem.remedy ?? "Correct it.",
    });
  return ok(places.length === 0 ? "There are none." : `All of them load: ${places.join(", ")}.`);
}

async function diskFinding({ data }: Place) {
  const folder = existing(data);
  const room = await roomOf(folder);
  const full = roomTrouble(room);
  if (full) return wrong("error", full);
  const network = await networkOf(folder);
  if (network === undefined) return ok(`${size(room.free)} of ${size(room.all)} are free.`);
  return wrong("warning", networkWarning(network));
}

async function databaseFinding({ data }: Place) {
  const path = join(data, "server.db");
  if (!existsSync(path)) return ok("There is none yet; the first server makes it.");
  const damaged = (reason: string) =>
    wrong("error", {
      message: `${path} is damaged (${reason}).`,
      remedy:
        "Start the server: it keeps the file aside and goes on with what can be read of it. Or put one of a backup in its place.",
    });
  if (statSync(path).isDirectory()) return damaged("it is a folder");
  const sql = new DatabaseSync(path, { readOnly: true });
  try {
    const damage = damageIn(sql);
    return damage === undefined ? ok(`It is whole, ${size(statSync(path).size)}.`) : damaged(damage);
  } catch (error) {
    const { errcode = 0, message } = error as { readonly errcode?: number; readonly message: string };
    if ((errcode & 255) === 5) return ok("A server is using it.");
    return damaged(message);
  } finally {
    sql.close();
  }
}

async function backupFinding({ data }: Place) {
  const time = lastBackup(data);
  if (time !== undefined) return ok(`The last one was written at ${new Date(time).toISOString()}.`);
  return ok(`None was written yet; ${called} backup FILE writes one, also while a server runs.`);
}

async function tokenFinding({ data }: Place) {
  const path = join(data, "token");
  if (!existsSync(path)) return ok("There is none yet; a server that others can reach makes one.");
  try {
    keptToken(path);
  } catch (error) {
    if (!(error instanceof BadToken)) throw error;
    return wrong("error", { message: error.message, remedy: `Delete ${path}: the next server makes one.` });
  }
  const { mode } = statSync(path);
  if (process.platform === "win32" || (mode & 0o077) === 0) return ok("Its owner alone may read it.");
  return wrong("warning", {
    message: `Other users of this machine may read ${path}.`,
    remedy: `Run chmod 600 ${path}, and delete the file for a new token if somebody may have read it.`,
  });
}

async function clockFinding({ data }: Place) {
  const now = Date.now();
  const set = "Set the clock of this machine, or of the one that has the disk.";
  if (now < written)
    return wrong("warning", { message: `It is set to ${new Date(now).toISOString().slice(0, 10)}.`, remedy: set });
  if (!existsSync(data)) return ok(`${new Date(now).toISOString()}.`);
  const probe = join(data, `.doctor-${process.pid}`);
  try {
    await writeFile(probe, "");
    const apart = Math.abs((await stat(probe)).mtimeMs - now);
    if (apart < clocksDiffer) return ok(`${new Date(now).toISOString()}.`);
    const message = `The disk's clock and this machine's are ${Math.round(apart / 1000)} seconds apart.`;
    return wrong("warning", { message, remedy: set });
  } finally {
    await rm(probe, { force: true });
  }
}

type Answer = { readonly version?: unknown; readonly remedy?: unknown };

async function portFinding({ port }: Place) {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    return ok(`${port} is free.`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
  } finally {
    server.close();
  }
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/version`, { signal: AbortSignal.timeout(2000) })
    .then(async (response) => ({ status: response.status, ...((await response.json()) as Answer) }))
    .catch(() => undefined);
  if (typeof answer?.version === "string") return ok(`A server of Clipwork ${answer.version} is at ${port}.`);
  // One that asks for a token does not say who it is, and nobody should be sent it to find out; its refusals have remedies.
  if (answer?.status === 401 && typeof answer.remedy === "string")
    return ok(`A server of Clipwork is at ${port}; it asks for a token.`);
  return wrong("warning", {
    message: `Another program has port ${port}.`,
    remedy: "Name another with serve --port; 0 takes a free one.",
  });
}

async function packsFinding({ data }: Place) {
  const packs = await loadPacks(packRoots(data), undefined, await knownHashes(hashesFile(data)));
  for (const [name, pack] of packs)
    if (isUnusable(pack))
      return wrong("error", { message: `${name} cannot be used: ${pack.message}`, remedy: pack.remedy });
  return packs.size > 0
    ? ok(`${[...packs.keys()].join(", ")}.`)
    : wrong("error", {
        message: "There is no model pack.",
        remedy: "Add one with models add, or install Clipwork again.",
      });
}

async function providersFinding() {
  const reports = await probeAll();
  const chosen = fastestProvider(reports);
  return ok(
    `${reports.map(({ provider, reason }) => `${provider}: ${reason}`).join("; ")}. --provider auto uses ${chosen}.`,
  );
}

const proxyFinding = (address: string) => () => examineFront(address);

/** The nearest folder that exists. */
function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}
