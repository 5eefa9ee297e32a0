import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { PackError } from "@clipwork/models";
import { type Reach, reachOf } from "./address.ts";
import type { Hub } from "./settings.ts";

/** The connection failed or broke off: trying again may help. */
export class Broken extends Error {}

export type Answer = {
  readonly body: IncomingMessage;
  /** Where it came from in the end. */
  readonly url: URL;
  /** What the hub itself answered, which may be a redirect to where the file lies. */
  readonly first: IncomingHttpHeaders;
};

const maxRedirects = 5;

/**
 * GETs an address below the hub's endpoint, and follows redirects to the hosts that may be asked. Each name is resolved once, every
 * address of it is checked, and the connection goes to the one that was: a name that means another address a moment later leads
 * nowhere else. The token goes to the endpoint alone. Throws Broken if the connection fails, PackError if the way is not allowed.
 */
export async function get(
  hub: Hub,
  start: URL,
  { headers = {}, signal }: { readonly headers?: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<Answer> {
  let url = start;
  let first: IncomingHttpHeaders | undefined;
  /** Where the hub itself lies. */
  let home: string | undefined;
  for (let count = 0; count <= maxRedirects; count++) {
    const own = url.origin === hub.endpoint.origin;
    const authorization = own && hub.token !== undefined ? { authorization: `Bearer ${hub.token}` } : {};
    const address = await allowed(hub, url, home);
    home ??= address;
    const body = await send(url, address, { ...headers, ...authorization }, { hub, signal });
    first ??= body.headers;
    const { location } = body.headers;
    if (![301, 302, 303, 307, 308].includes(body.statusCode!) || location === undefined) return { body, url, first };
    body.destroy();
    const next = URL.parse(location, url.href);
    if (!next) throw new PackError(`${url.host} redirects to what is no address.`, "Try again later.");
    url = next;
  }
  throw new PackError(`${start.host} redirects more than ${maxRedirects} times.`, "Try again later.");
}

/** The address to connect to. Throws PackError if this host, or what it resolves to, may not be asked. */
async function allowed(hub: Hub, url: URL, home: string | undefined): Promise<string> {
  const { endpoint } = hub;
  const own = url.origin === endpoint.origin;
  const refuse = (why: string, remedy: string): never => {
    throw new PackError(`${endpoint.host} sent the download to ${url.host}, ${why}.`, remedy);
  };
  if (!["https:", endpoint.protocol].includes(url.protocol) || url.username !== "" || url.password !== "")
    refuse(
      `as ${url.protocol.slice(0, -1)}, which is not secure`,
      "Do not use this hub, or name its own address in HF_ENDPOINT.",
    );
  if (!own && !isAmong(url, hub.hosts))
    refuse(
      "which is not a host that this hub is known to use",
      `If you trust that host, name it with --allow-host, or in "hubHosts" of config.json in the data folder.`,
    );
  const addresses = await addressesOf(hub, url);
  if (own || home === undefined) return addresses[0]!;
  const reaches = reachesFrom(reachOf(home));
  const wrong = addresses.find((address) => !reaches.includes(reachOf(address)));
  if (wrong !== undefined)
    refuse(
      `which is ${wrong}, an address ${words[reachOf(wrong)]}`,
      "Do not use this hub: files of a public hub do not come from there.",
    );
  return addresses[0]!;
}

const words: { readonly [reach in Reach]: string } = {
  public: "of the internet",
  loopback: "of this machine itself",
  private: "of a private network",
  "link-local": "of this machine's own network alone",
  reserved: "that may not be asked",
};

/** Where a hub may send its users: to the internet, and one on this machine or on a private network to what lies where it lies. */
export function reachesFrom(home: Reach): readonly Reach[] {
  return home === "loopback" || home === "private" ? ["public", home] : ["public"];
}

async function addressesOf(hub: Hub, { hostname }: URL): Promise<readonly string[]> {
  const name = hostname.replace(/^\[|\]$/g, "");
  if (isIP(name)) return [name];
  const addresses = await hub.resolve(name).catch((error: NodeJS.ErrnoException) => {
    throw new Broken(`The name ${name} cannot be resolved (${error.code ?? error.message})`);
  });
  if (addresses.length === 0) throw new Broken(`The name ${name} has no address`);
  return addresses;
}

/** Whether an entry of a list of hosts means that of the address; without a port it means the usual one. */
export function isAmong({ hostname, port }: URL, hosts: readonly string[]): boolean {
  return hosts.some((entry) => {
    const [name = "", at = ""] = entry.toLowerCase().split(/:(?=\d+$)/);
    return port === at && (name.startsWith(".") ? hostname.endsWith(name) : hostname === name);
  });
}

function send(
  url: URL,
  address: string,
  headers: Readonly<Record<string, string>>,
  { hub: { idleMs, least }, signal }: { readonly hub: Hub; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const family = isIP(address);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        headers: { "accept-encoding": "identity", "user-agent": "clipwork", ...headers },
        // A connection of its own, to the very address that was checked.
        agent: false,
        lookup: (_name, { all }, done) => (all ? done(null, [{ address, family }]) : done(null, address, family)),
        timeout: idleMs,
        signal,
      },
      resolve,
    );
    // One that drips is never silent.
    const late = setTimeout(() => {
      sent.destroy(new Broken(`${url.host} did not answer within ${least.ms / 1000} seconds`));
    }, least.ms).unref();
    sent.once("close", () => clearTimeout(late)).once("response", () => clearTimeout(late));
    sent.once("timeout", () => sent.destroy(new Broken(`${url.host} sent nothing for ${idleMs / 1000} seconds`)));
    sent.once("error", (error: NodeJS.ErrnoException) => {
      if (signal.aborted || error instanceof Broken) reject(error);
      else reject(new Broken(`${url.host} cannot be reached (${error.code ?? error.message})`));
    });
    sent.end();
  });
}
