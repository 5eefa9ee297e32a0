import { lookup } from "node:dns/promises";
import { join } from "node:path";
import { PackError } from "@clipwork/models";
import { homeFolder } from "../../files/home.ts";
import type { LeastPace } from "./pace.ts";
import type { PlainAddress } from "./plain-address.ts";

/** The addresses of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** Where checkpoints are downloaded from, and what may be asked on the way. */
export type Hub = {
  /** A hub with its API, or a folder of files at a plain address. */
  readonly kind: "hub" | "folder";
  /** Where its API or the folder is, without a slash at the end. */
  readonly endpoint: URL;
  /** Sent to the endpoint, and to no other host. */
  readonly token: string | undefined;
  /** Nothing is asked: only what the cache holds is taken. */
  readonly offline: boolean;
  /** The folder in which Python's huggingface_hub keeps what it downloaded; it is only read. */
  readonly cache: string;
  /** Hosts besides the endpoint's from which files may come; a name that begins with a dot stands for all below it. */
  readonly hosts: readonly string[];
  readonly resolve: Resolve;
  /** Milliseconds without a byte after which a connection counts as broken. */
  readonly idleMs: number;
  /** A transfer to which less comes is given up. */
  readonly least: LeastPace;
  /** Milliseconds before the first try after a broken connection; each further one waits twice as long. */
  readonly retryMs: number;
};

const usualEndpoint = "https://huggingface.co";

/** Where the usual hub and its mirrors keep large files. */
const usualHosts: readonly string[] = [".huggingface.co", "huggingface.co", ".hf.co", "hf.co"];

/**
 * The hub that the environment names, with the variables of Python's huggingface_hub: HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, and for the
 * cache HF_HUB_CACHE, HF_HOME and XDG_CACHE_HOME. `hosts`: more hosts from which files may come. Throws PackError for an endpoint that
 * is no address, or a token that cannot be sent.
 */
export function hubOf(hosts: readonly string[] = [], environment: NodeJS.ProcessEnv = process.env): Hub {
  const { HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE = "", HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment;
  const token = HF_TOKEN?.trim() || undefined;
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw new PackError("HF_TOKEN is no token: it has spaces or other odd characters.", "Set it to the token alone.");
  return {
    kind: "hub",
    endpoint: readEndpoint(HF_ENDPOINT?.trim() || usualEndpoint),
    token,
    offline: ["1", "on", "yes", "true"].includes(HF_HUB_OFFLINE.trim().toLowerCase()),
    cache: HF_HUB_CACHE || join(HF_HOME || join(XDG_CACHE_HOME || join(homeFolder(), ".cache"), "huggingface"), "hub"),
    hosts: [...usualHosts, ...hosts],
    resolve: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
    idleMs: 30_000,
    least: { bytes: 256 * 1024, ms: 120_000 },
    retryMs: 500,
  };
}

function readEndpoint(text: string): URL {
  const url = URL.parse(text);
  if (url && ["http:", "https:"].includes(url.protocol) && url.username === "" && url.search === "" && url.hash === "")
    return new URL(url.href.replace(/\/+$/, ""));
  throw new PackError(
    `HF_ENDPOINT is ${JSON.stringify(text)}, which is not the address of a hub.`,
    `Set it to an address such as ${usualEndpoint}, or to nothing.`,
  );
}

/** The client for a folder at a plain address: the token is the hub's and stays here. */
export function folderAt(hub: Hub, { folder }: PlainAddress): Hub {
  return { ...hub, kind: "folder", endpoint: new URL(folder.href.replace(/\/$/, "")), token: undefined };
}

/** Where people read about what is published. */
export function pageOf(hub: Pick<Hub, "kind" | "endpoint">, id: string): string {
  return hub.kind === "folder" ? below(hub, "").href : below(hub, id).href;
}

/** Where a file is asked for. */
export function fileAddress(
  hub: Pick<Hub, "kind" | "endpoint">,
  { id, commit }: { readonly id: string; readonly commit: string },
  path: string,
): URL {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return below(hub, hub.kind === "folder" ? encoded : `${id}/resolve/${commit}/${encoded}`);
}

/** The address of something below the endpoint. */
export function below({ endpoint }: Pick<Hub, "endpoint">, path: string): URL {
  return new URL(`${endpoint.href.replace(/\/$/, "")}/${path}`);
}
