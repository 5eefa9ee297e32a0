import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { createFile } from "../files/whole-file.ts";
import { type Front, nameOf } from "./front.ts";
import { type Ways, whoAsks } from "./who.ts";

/** Who may ask a server, and from where. */
export type Access = Partial<Front> &
  Ways & {
    /** The values of a Host header that mean this server, in lower case. */
    readonly hosts: ReadonlySet<string>;
    /** Names among them that were given: what a page of such an address asks is asked by a page of this server. */
    readonly given?: readonly string[];
  };

/** Why a request is not answered: the status of HTTP, what is wrong, and what to do. */
export type Refused = { readonly status: 401 | 403; readonly detail: string; readonly remedy: string };

const wildcards: readonly string[] = ["0.0.0.0", "::"];
const loopback: readonly string[] = ["127.0.0.1", "::1", "localhost"];

/** Whether only this machine reaches the address. */
export function isLoopback(address: string): boolean {
  return loopback.includes(address) || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}

/** The Host headers of a server on that address. An allow-list keeps out foreign names that point here. */
export function hostsOf(address: string, port: number, more: readonly string[]): ReadonlySet<string> {
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  const names = wildcards.includes(address)
    ? [...loopback, ...own, hostname(), ...more]
    : [...loopback, address, ...more];
  const hosts = names.map((name) => (name.includes(":") ? `[${name}]` : name).toLowerCase());
  // Browsers leave the port out if it is the scheme's default, and a proxy in front may have its own.
  return new Set([
    ...hosts.map((host) => `${host}:${port}`),
    ...(port === 80 ? hosts : []),
    ...more.map((name) => name.toLowerCase()),
  ]);
}

/** Says that the file with the token holds none that would keep anybody out. */
export class BadToken extends Error {}

/** The fewest characters of a token; one that is made here has 64. */
const leastToken = 32;

/**
 * The token of a data folder, created on first use and kept, so that a bookmark stays valid. Only its owner may read it.
 * Throws BadToken if the file is empty, holds less than a token or cannot be read.
 */
export function tokenOf(data: string): string {
  const path = join(data, "token");
  const token = randomBytes(32).toString("hex");
  return createFile(path, `${token}\n`) ? token : keptToken(path);
}

/** The token that a file holds. Throws BadToken if it is empty, holds less than a token or cannot be read. */
export function keptToken(path: string): string {
  const token = readToken(path);
  if (new RegExp(`^[\\w.~+/=-]{${leastToken},200}$`).test(token)) return token;
  throw new BadToken(`The file ${path} holds no token of at least ${leastToken} letters and digits.`);
}

function readToken(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new BadToken(`The file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

/** Why a request is refused before anything of it is read, or undefined. `acts` if it changes something or stays open. */
export function refusal(request: IncomingMessage, access: Access, acts: boolean): Refused | undefined {
  const { origin } = request.headers;
  const host = nameOf(request, access);
  if (host === undefined || !access.hosts.has(host.toLowerCase())) {
    const detail = "This server does not go by that name.";
    return { status: 403, detail, remedy: "Use the address that it printed, or name this one with --allow-host." };
  }
  // A proxy may pass on another Host than its own: a name that was given is this server's all the same.
  const own = [host, ...(access.given ?? []).map((name) => name.toLowerCase())];
  const isOwn = own.some((name) => origin === `http://${name}` || origin === `https://${name}`);
  if (acts && origin !== undefined && !isOwn) return anotherSite;
  const site = request.headers["sec-fetch-site"];
  const visits = !acts && request.headers["sec-fetch-mode"] === "navigate";
  if (site !== undefined && site !== "same-origin" && site !== "none" && !visits) return anotherSite;
  if (whoAsks(request, access)) return undefined;
  const remedy = "Open the address with the token that the server printed, or with one that you were given.";
  return { status: 401, detail: "A token is missing or wrong.", remedy };
}

const anotherSite: Refused = {
  status: 403,
  detail: "Another site asked.",
  remedy: "Ask from a page of this server, or from a program. Behind a proxy, name its host with --allow-host.",
};
