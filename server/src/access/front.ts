import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import { BlockList, isIP } from "node:net";

/** What stands in front of a server. */
export type Front = {
  /** The proxies whose word is taken: what they pass on about who asks, and by which name. */
  readonly proxies?: BlockList;
  /** The path below which the server is reached, such as "/clipwork"; "" if at the root. */
  readonly basePath: string;
};

/** A path without its closing slash; undefined if it is none, or could mean something else to a browser. */
export function readBasePath(text: string): string | undefined {
  const path = text.replace(/\/$/, "");
  return path === "" || /^(\/[A-Za-z0-9_~-][\w.~-]*){1,8}$/.test(path) ? path : undefined;
}

/** Addresses and ranges, separated by commas; "loopback" is this machine. Undefined if one of them is none. */
export function readProxies(text: string): BlockList | undefined {
  const list = new BlockList();
  for (const part of text.split(",").map((one) => one.trim())) {
    const known = part === "loopback" ? ["127.0.0.0/8", "::1"] : [part];
    for (const one of known) {
      const [address = "", bits, ...more] = one.split("/");
      const family = isIP(address) === 6 ? "ipv6" : "ipv4";
      const most = family === "ipv6" ? 128 : 32;
      if (isIP(address) === 0 || more.length > 0) return undefined;
      if (bits === undefined) list.addAddress(address, family);
      else if (/^\d{1,3}$/.test(bits) && Number(bits) <= most) list.addSubnet(address, Number(bits), family);
      else return undefined;
    }
  }
  return list;
}

function trusts(proxies: BlockList | undefined, address: string): boolean {
  return isIP(address) !== 0 && proxies?.check(address, isIP(address) === 6 ? "ipv6" : "ipv4") === true;
}

function heard({ socket, headers }: Asked, { proxies }: Pick<Front, "proxies">, name: string): string | undefined {
  const value = headers[name];
  if (typeof value !== "string" || !trusts(proxies, socket.remoteAddress ?? "")) return undefined;
  return value.split(",")[0]!.trim();
}

type Asked = Pick<IncomingMessage, "headers"> & { readonly socket: Pick<Socket, "remoteAddress"> };

/** The name by which a server was asked: that of the Host header, or the one that a trusted proxy was asked by. */
export function nameOf(request: Asked, front: Pick<Front, "proxies">): string | undefined {
  return heard(request, front, "x-forwarded-host") ?? request.headers.host;
}

/** Whether the one who asks came to a trusted proxy by https. */
export function isEncrypted(request: Asked, front: Pick<Front, "proxies">): boolean {
  return heard(request, front, "x-forwarded-proto") === "https";
}

/** The address of the one who asks: of those that were passed on, the last one that is no trusted proxy's. */
export function addressOf({ headers, socket }: Asked, { proxies }: Pick<Front, "proxies">): string {
  const direct = socket.remoteAddress ?? "";
  const passed = String(headers["x-forwarded-for"] ?? "").split(",");
  const line = [...passed.map((one) => one.trim()).filter(Boolean), direct];
  let at = line.length - 1;
  while (at > 0 && trusts(proxies, line[at]!)) at--;
  return isIP(line[at]!) === 0 ? direct : line[at]!;
}

/** Lets the server be reached below the path, whether a proxy in front passes it on or takes it away. */
export function serveBelow(server: Server, basePath: string): void {
  if (basePath === "") return;
  const shorten = (request: IncomingMessage) => {
    const { url = "/" } = request;
    if (!url.startsWith(basePath)) return;
    const rest = url.slice(basePath.length);
    if (rest === "" || rest.startsWith("?")) request.url = `/${rest}`;
    else if (rest.startsWith("/")) request.url = rest;
  };
  server.prependListener("request", shorten);
  server.prependListener("upgrade", shorten);
}
