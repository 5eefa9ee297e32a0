import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Scope } from "./scopes.ts";
import type { Sessions } from "./sessions.ts";
import { digestOf, type Limits, type Tokens } from "./tokens.ts";

/** By what a server knows who asks. */
export type Ways = {
  /** Its own token; undefined if only this machine can reach the server: then nothing has to be shown. */
  readonly token: string | undefined;
  /** Those that were given to others, and the sessions of browsers. */
  readonly named?: Pick<Tokens, "find">;
  readonly sessions?: Pick<Sessions, "tokenOf" | "begin">;
};

export const tokenCookie = "clipwork";

/** The name of whoever has the server's own token, or asks a server that asks for none. */
const ownName = "owner";

/** Who asks, as far as a server knows. */
export type Who = {
  /** The token's name; "owner" for the server's own, and for whoever asks a server that asks for none. */
  readonly name: string;
  readonly scope: Scope;
  /** The digest of the token, "" without one. */
  readonly token: string;
  readonly limits: Limits;
  /** Which session of the token, by the beginning of its hash; undefined for the token itself. */
  readonly session?: string;
};

/** Whose the runs are that it submits: the token's name, undefined for the server's own. */
export function ownerOf({ name }: Pick<Who, "name">): string | undefined {
  return name === ownName ? undefined : name;
}

/** Who asks by a token, or by a session of one; undefined for a stranger. */
export function whoAsks({ headers }: Pick<IncomingMessage, "headers">, access: Ways): Who | undefined {
  if (access.token === undefined) return { name: ownName, scope: "administer", token: "", limits: {} };
  const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1];
  const shown = cookiesOf({ headers });
  for (const given of [...(bearer === undefined ? [] : [bearer]), ...shown]) {
    const who = whoHas(given, access);
    if (who) return who;
  }
  for (const session of shown) {
    const token = access.sessions?.tokenOf(session);
    const who = token === undefined ? undefined : whoseDigest(token, access);
    if (who) return { ...who, session: digestOf(session).slice(0, 8) };
  }
  return undefined;
}

/** What a browser shows: sessions, and tokens of the time before there were any. */
export function cookiesOf({ headers }: Pick<IncomingMessage, "headers">): readonly string[] {
  const cookies = (headers.cookie ?? "").split(";").map((part) => part.trim());
  const named = cookies.filter((part) => part.startsWith(`${tokenCookie}=`));
  return named.map((part) => part.slice(tokenCookie.length + 1));
}

/** Whose token that is. */
export function whoHas(given: string, access: Ways): Who | undefined {
  return whoseDigest(digestOf(given), access);
}

function whoseDigest(digest: string, { token = "", named }: Ways): Who | undefined {
  if (token !== "" && same(digest, digestOf(token))) {
    return { name: ownName, scope: "administer", token: digest, limits: {} };
  }
  const found = named?.find(digest);
  return found && { name: found.name, scope: found.scope, token: found.hash, limits: found.limits };
}

/** Whether they are equal, in constant time. */
export function same(a: string, b: string): boolean {
  const digest = (text: string) => hash("sha256", text, "buffer");
  return timingSafeEqual(digest(a), digest(b));
}
