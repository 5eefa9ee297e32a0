import type { Request, RequestHandler, Response } from "express";
import type { Access } from "../../access/access.ts";
import type { AuditLog } from "../../access/audit.ts";
import { addressOf } from "../../access/front.ts";
import { routeScopes, type Scope } from "../../access/scopes.ts";
import { whoAsks } from "../../access/who.ts";
import type { Route } from "../route.ts";

/** What is known of a request while it is answered. */
type Locals = { route?: Route; about?: { readonly [kind: string]: string }; begins?: string };

/** Says which route answers, for the audit log. */
export function namesRoute(route: Route): RequestHandler {
  return ({ params }, { locals }, next) => {
    Object.assign(locals satisfies Locals, { route, about: idsOf(route, params) });
    next();
  };
}

/** Says what a request made: its path has no id of it. */
export function noteMade({ locals }: Response, made: { readonly [kind: string]: string }): void {
  (locals as Locals).about = made;
}

/** Says that the request begins a session of the token of that name. */
export function noteSession({ locals }: Response, token: string): void {
  (locals as Locals).begins = token;
}

/** Answers that say that somebody may not do what was asked for. */
const refusals: readonly number[] = [401, 403, 429];

/**
 * Writes down each request that changes something and each that is refused, just before its answer is sent. No text of a document, no
 * query and no token is in it: names of routes, ids and addresses alone.
 */
export function audit(access: Access, log: AuditLog, onFault: (error: unknown) => void): RequestHandler {
  return (request, response, next) => {
    const { writeHead } = response;
    response.writeHead = ((status: number, ...rest: never[]) => {
      response.writeHead = writeHead;
      try {
        note(request, response, status, { access, log });
      } catch (error) {
        // It is done or refused already: whoever asked is told so.
        onFault(error);
      }
      return writeHead.call(response, status, ...rest);
    }) as typeof writeHead;
    next();
  };
}

function note(
  request: Request,
  response: Response,
  status: number,
  { access, log }: { readonly access: Access; readonly log: AuditLog },
): void {
  const { route, about = {}, begins } = response.locals as Locals;
  const changes = begins !== undefined || (route !== undefined && route.method !== "get" && route.onlyAsks !== true);
  const isRefused = refusals.includes(status);
  if (!changes && !isRefused) return;
  const who = whoAsks(request, access);
  const entry = {
    who: begins ?? who?.name ?? "nobody",
    ...(who?.session !== undefined && { session: who.session }),
    from: addressOf(request, access),
    what: begins !== undefined ? "session" : route ? `${route.method} ${route.path}` : pathOf(request),
    ...(Object.keys(about).length > 0 && { about }),
    outcome: status,
  };
  if (isRefused) log.refused(entry);
  else log.changed(entry, begins === undefined && route ? scopeOf(route) : "run");
}

function scopeOf({ method, path }: Route): Scope {
  return routeScopes[`${method} ${path}`]!;
}

/** Without its query, which may hold a token. */
function pathOf({ method, originalUrl }: Request): string {
  return `${method.toLowerCase()} ${originalUrl.split("?")[0]!.slice(0, 100)}`;
}

const kinds: { readonly [resource: string]: string } = {
  runs: "run",
  workflows: "workflow",
  uploads: "file",
  artifacts: "file",
  jobs: "job",
  downloads: "download",
  packs: "pack",
};

/** The ids in an address, if they are such. */
function idsOf({ path }: Route, params: Request["params"]): { readonly [kind: string]: string } {
  const kind = kinds[/(\w+)\/:/.exec(path)?.[1] ?? ""];
  const [id] = Object.values(params);
  return kind !== undefined && typeof id === "string" && /^[\w-]{1,64}$/.test(id) ? { [kind]: id } : {};
}
