import { readFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import type { Problem } from "@clipwork/engine";
import { isTooDeep } from "@clipwork/models";
import type { Provider } from "@clipwork/models/onnx";
import { absent, keepFile } from "../files/whole-file.ts";
import { type LogLevel, logLevels } from "../settings/log-level.ts";
import { readWebhooks, type Webhook } from "../settings/webhooks.ts";

const file = "config.json";
const choices = ["cpu", "webgpu", "cuda", "auto"] as const satisfies readonly (Provider | "auto")[];

/** What the owner of a data folder has set: `<data>/config.json`. Never part of a workflow. */
export type Configuration = {
  /** Folders of node packs, in order. Their code runs here. */
  readonly nodePacks: readonly string[];
  readonly provider: Provider | "auto";
  /** Seconds that an item of a node may take if the node's type sets no limit of its own; without it, no limit. */
  readonly nodeSeconds?: number;
  /** How many ended runs a server keeps, newest first; without it, all of them. */
  readonly keepRuns?: number;
  /** Bytes of values that stay after a run; without it, `valuesBudget`. */
  readonly keepBytes?: number;
  /** How many runs a server has in progress at once, whose model calls share runs of the device; without it, one. */
  readonly runsAtOnce?: number;
  /** Hosts, besides those that are known, from which a hub's files may come. */
  readonly hubHosts?: readonly string[];
  /** As `--base-path` and `--trust-proxy` of `serve`, which go before them. */
  readonly basePath?: string;
  readonly trustProxy?: string;
  /** As `--log-level` of `serve`, which goes before it. */
  readonly logLevel?: LogLevel;
  /** Addresses that a server tells of the end of each run. */
  readonly webhooks?: readonly Webhook[];
  /** As `--queue` and `--store` of `serve` and `worker`, which go before them: where several servers and workers have their runs, and what those keep. */
  readonly queue?: string;
  readonly store?: string;
  /** Seconds after which a server ends a run for which none of its workers has what it needs; without it, an hour. */
  readonly waitForWorker?: number;
};

/**
 * Reads a data folder's configuration; without the file, defaults apply. Node packs that CLIPWORK_NODES names, for trying
 * one out, come first. A field that is unknown or of the wrong kind is a problem: a misspelt one must not be ignored
 * silently. Writes nothing.
 */
export async function readConfiguration(
  data: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly configuration?: Configuration; readonly problems: readonly Problem[] }> {
  const path = join(data, file);
  const wrong = (message: string, remedy: string) => {
    const problem: Problem = { code: "bad-configuration", severity: "error", message: `${path}: ${message}`, remedy };
    return { problems: [problem] };
  };
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => error);
  if (text instanceof Error && text.code !== "ENOENT") {
    return wrong(`it cannot be read: ${text.code}.`, "Allow reading it, or remove it.");
  }
  const json = text instanceof Error ? {} : readJson(text);
  if (json instanceof Error) return wrong(`it is not JSON: ${json.message}.`, "Correct it, or remove it.");
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return wrong("it is not an object.", 'Write { "nodePacks": [] }, or remove it.');
  }
  const {
    nodePacks = [],
    provider = "cpu",
    nodeSeconds,
    keepRuns,
    keepBytes,
    runsAtOnce,
    hubHosts = [],
    basePath,
    trustProxy,
    logLevel,
    webhooks: hooks = [],
    queue,
    store,
    waitForWorker,
    ...unknown
  } = json as { [field: string]: unknown };
  const [field] = Object.keys(unknown);
  if (field !== undefined) {
    const known =
      'There are "nodePacks", "provider", "nodeSeconds", "keepRuns", "keepBytes", "runsAtOnce", "hubHosts", "basePath", "trustProxy", "logLevel", "webhooks", "queue", "store" and "waitForWorker".';
    return wrong(`there is no setting ${JSON.stringify(field)}.`, known);
  }
  if (!Array.isArray(nodePacks) || !nodePacks.every((place) => typeof place === "string" && place !== "")) {
    return wrong('"nodePacks" has to be a list of texts.', 'Write "nodePacks": ["./my-nodes", "clipwork-nodes-name"].');
  }
  const known = choices.find((name) => name === provider);
  if (!known) return wrong(`"provider" cannot be ${JSON.stringify(provider)}.`, `It may be ${choices.join(", ")}.`);
  if (nodeSeconds !== undefined && !(typeof nodeSeconds === "number" && nodeSeconds > 0)) {
    return wrong(
      '"nodeSeconds" has to be a number above 0.',
      'Write "nodeSeconds": 600, or leave it out for no limit.',
    );
  }
  if (keepRuns !== undefined && !isCount(keepRuns)) {
    return wrong(
      '"keepRuns" has to be a whole number above 0.',
      'Write "keepRuns": 1000, or leave it out to keep all.',
    );
  }
  if (keepBytes !== undefined && !isCount(keepBytes)) {
    return wrong(
      '"keepBytes" has to be a whole number above 0.',
      'Write "keepBytes": 1000000000, or leave it out for 10 GiB.',
    );
  }
  if (runsAtOnce !== undefined && !(isCount(runsAtOnce) && runsAtOnce <= 64)) {
    return wrong(
      '"runsAtOnce" has to be a whole number from 1 to 64.',
      'Write "runsAtOnce": 8, or leave it out for one run after the other.',
    );
  }
  if (waitForWorker !== undefined && !isCount(waitForWorker)) {
    return wrong(
      '"waitForWorker" has to be a whole number of seconds above 0.',
      'Write "waitForWorker": 3600, or leave it out for an hour.',
    );
  }
  if (!Array.isArray(hubHosts) || !hubHosts.every(isHost)) {
    return wrong(
      '"hubHosts" has to be a list of names of hosts.',
      'Write "hubHosts": ["cdn.example.org"]; ".example.org" means all below it.',
    );
  }
  if (basePath !== undefined && typeof basePath !== "string")
    return wrong('"basePath" has to be a path.', 'Write "basePath": "/clipwork", or leave it out for the root.');
  if (trustProxy !== undefined && typeof trustProxy !== "string") {
    const example = 'Write "trustProxy": "loopback", or addresses and ranges, separated by commas.';
    return wrong('"trustProxy" has to be a text.', example);
  }
  const level = logLevels.find((name) => name === logLevel);
  if (logLevel !== undefined && !level)
    return wrong(`"logLevel" cannot be ${JSON.stringify(logLevel)}.`, `It may be ${logLevels.join(", ")}.`);
  const webhooks = readWebhooks(hooks);
  if (typeof webhooks === "string") {
    const example = 'Write "webhooks": [{ "url": "https://…", "secret": "whsec_…" }].';
    return wrong(`"webhooks" ${webhooks}.`, example);
  }
  for (const [name, value, example] of [
    ["queue", queue, "redis://127.0.0.1:6379"],
    ["store", store, "s3://bucket?endpoint=https://store.example"],
  ])
    if (value !== undefined && typeof value !== "string")
      return wrong(`"${name}" has to be an address.`, `Write "${name}": "${example}".`);
  const tried = (environment.CLIPWORK_NODES ?? "").split(delimiter).filter(Boolean);
  const places = [...tried.map((place) => resolve(place)), ...nodePacks.map((place) => placeOf(data, place))];
  const limits = {
    ...(nodeSeconds && { nodeSeconds }),
    ...(isCount(keepRuns) && { keepRuns }),
    ...(isCount(keepBytes) && { keepBytes }),
    ...(isCount(runsAtOnce) && { runsAtOnce }),
    ...(isCount(waitForWorker) && { waitForWorker }),
  };
  const hosts = hubHosts.length > 0 ? { hubHosts } : {};
  const front = {
    ...(basePath && { basePath }),
    ...(trustProxy && { trustProxy }),
    ...(level && { logLevel: level }),
    ...(webhooks.length > 0 && { webhooks }),
  };
  const fleet = { ...(queue ? { queue: String(queue) } : {}), ...(store ? { store: String(store) } : {}) };
  const configuration = { nodePacks: [...new Set(places)], provider: known, ...limits, ...hosts, ...front, ...fleet };
  return { configuration, problems: [] };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

/** A name, or one that begins with a dot and stands for all below it; perhaps with a port. */
function isHost(value: unknown): value is string {
  return typeof value === "string" && /^\.?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/i.test(value);
}

/** The folder of a node pack as the configuration names it: a path is relative to the data folder; a name is that of an npm package installed there. */
export function placeOf(data: string, place: string): string {
  const isName = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(place);
  return isName ? join(data, "node_modules", place) : resolve(data, place);
}

/** What a configuration that can be read names as node packs, as it is written there. */
export async function namedNodePacks(data: string): Promise<readonly string[]> {
  return (await readFields(data)).nodePacks ?? [];
}

/** Names these node packs in a configuration that can be read, or in a new one, and leaves all else of it. */
export async function writeNodePacks(data: string, nodePacks: readonly string[]): Promise<void> {
  const text = JSON.stringify({ ...(await readFields(data)), nodePacks }, undefined, 2);
  await keepFile(join(data, file), Buffer.from(`${text}\n`));
}

async function readFields(data: string): Promise<{ readonly nodePacks?: readonly string[] }> {
  const text = await readFile(join(data, file), "utf8").catch(absent);
  return text === undefined ? {} : JSON.parse(text);
}

function readJson(text: string): unknown {
  try {
    const json = JSON.parse(text);
    return isTooDeep(json) ? new Error("it is nested too deep") : json;
  } catch (error) {
    return error;
  }
}
