import type { Request, RequestHandler, Response } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import helmet from "helmet";
import { type Access, refusal } from "../access/access.ts";
import { addressOf, isEncrypted, nameOf } from "../access/front.ts";
import { includes, routeScopes } from "../access/scopes.ts";
import { sessionMs } from "../access/sessions.ts";
import type { TokenUses } from "../access/uses.ts";
import { cookiesOf, tokenCookie, whoAsks, whoHas } from "../access/who.ts";
import { noteSession } from "./audit/audit.ts";
import { HttpProblem, sendProblem } from "./problem.ts";
import type { Route } from "./route.ts";

/** Calls per minute from one address, by what they cost, to a server that asks for a token. */
export const ratesPerMinute = { read: 6000, write: 600, costly: 240 } as const;

/** What every request passes, in this order, before any route is looked up. */
export function guards(access: Access, uses?: Pick<TokenUses, "saw">): RequestHandler[] {
  return [headers(), welcome(access), admit(access, uses)];
}

/** No scripts but the editor's own files, no frame around it, nothing sent to other sites, no guessing of types. */
function headers(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // The editor's drawing library writes styles into the page; a style runs nothing.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "blob:", "data:"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
    // Only a server with an https address says this, and this one has none.
    strictTransportSecurity: false,
  });
}

/** The addresses of the editor and of forms. */
const pages = /^\/(?:form\/[a-z]+\/[\w.-]+)?$/;

/**
 * Turns the token in an address, as the server prints it, into the cookie of a session that no other site's page can send along; one that
 * is used lasts longer in the browser too.
 */
function welcome(access: Access): RequestHandler {
  const { hosts, sessions, basePath = "" } = access;
  const keep = (request: Request, response: Response, session: string) =>
    response.cookie(tokenCookie, session, {
      httpOnly: true,
      sameSite: "strict",
      secure: isEncrypted(request, access),
      path: basePath || "/",
      maxAge: sessionMs,
    });
  return (request, response, next) => {
    const { token: given } = request.query;
    const known = hosts.has(String(nameOf(request, access)).toLowerCase());
    const page = pages.exec(request.path)?.[0];
    if (request.method !== "GET" || page === undefined || !known || access.token === undefined || !sessions)
      return next();
    if (typeof given !== "string") {
      const session = cookiesOf(request).find((cookie) => sessions.tokenOf(cookie) !== undefined);
      if (session !== undefined) keep(request, response, session);
      return next();
    }
    const who = whoHas(given, access);
    if (!who) return next();
    keep(request, response, sessions.begin(who.token));
    noteSession(response, who.name);
    response.redirect(303, basePath + page);
  };
}

function admit(access: Access, uses: Pick<TokenUses, "saw"> | undefined): RequestHandler {
  return (request, response, next) => {
    const acts = !["GET", "HEAD", "OPTIONS"].includes(request.method);
    const refused = refusal(request, access, acts);
    if (refused) sendProblem(response, new HttpProblem(refused.status, refused.detail, refused.remedy));
    else {
      const { name, token } = whoAsks(request, access)!;
      if (name !== "owner") uses?.saw(token);
      next();
    }
  };
}

/**
 * What the requests of one route pass. Calls are not counted where only this machine reaches the server: they are its user's own, who may
 * submit as many runs as the queue takes.
 */
export function routeGuards(access: Access): (route: Route) => RequestHandler[] {
  if (access.token === undefined) return (route) => [checkMediaType(route)];
  const limits = new Map<string, RequestHandler>();
  for (const [rate, limit] of Object.entries(ratesPerMinute)) {
    limits.set(
      rate,
      rateLimit({
        windowMs: 60_000,
        limit,
        standardHeaders: "draft-8",
        legacyHeaders: false,
        // Who was given a token has limits of their own, wherever they ask from.
        keyGenerator: (request) => {
          const { name = "owner", token = "" } = whoAsks(request, access) ?? {};
          return name === "owner" ? ipKeyGenerator(addressOf(request, access)) : token;
        },
        // Whose word about addresses is taken is said by --trust-proxy, not by express.
        validate: { xForwardedForHeader: false, forwardedHeader: false },
        handler: (_request, response) => {
          const detail = `More than ${limit} such calls came in a minute.`;
          sendProblem(response, new HttpProblem(429, detail, "Wait a minute, and ask less often."));
        },
      }),
    );
  }
  const own = limitOfToken(access);
  return (route) => [limits.get(route.rate)!, own, allow(route, access), checkMediaType(route)];
}

/** The limit that a token was given, over all of its calls. */
function limitOfToken(access: Access): RequestHandler {
  const limitOf = (request: Request) => whoAsks(request, access)?.limits.callsPerMinute;
  return rateLimit({
    windowMs: 60_000,
    limit: (request) => limitOf(request) ?? 0,
    skip: (request) => limitOf(request) === undefined,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    keyGenerator: (request) => whoAsks(request, access)!.token,
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (request, response) => {
      const { name, limits } = whoAsks(request, access)!;
      const detail = `The token "${name}" may make ${limits.callsPerMinute} calls a minute, and has.`;
      sendProblem(response, new HttpProblem(429, detail, "Wait a minute, or ask whoever runs the server for more."));
    },
  });
}

/** Who asks must have the scope that the route needs. */
function allow({ method, path }: Route, access: Access): RequestHandler {
  const needs = routeScopes[`${method} ${path}`];
  if (needs === undefined) throw new Error(`Nothing says which scope ${method} ${path} needs.`);
  return (request, _response, next) => {
    const who = whoAsks(request, access);
    if (who && includes(who.scope, needs)) return next();
    const detail = `The token "${who?.name}" is for those who ${who?.scope}, and this needs the scope ${needs}.`;
    throw new HttpProblem(403, detail, "Ask whoever runs the server for a token of that scope.");
  };
}

/** A body must be of a type that the route takes. A form of another site can send neither. */
function checkMediaType({ method, body, bytes }: Route): RequestHandler {
  const taken = bytes ?? ["application/json"];
  return (request, _response, next) => {
    if (method === "get") return next();
    const [given = ""] = (request.headers["content-type"] ?? "").toLowerCase().split(";");
    const sends = Number(request.headers["content-length"] ?? 0) > 0 || "transfer-encoding" in request.headers;
    const needed = sends || body !== undefined || bytes !== undefined;
    if ((given === "" && !needed) || taken.includes(given.trim())) return next();
    const detail =
      given === "" ? "The body has no Content-Type." : `The body is ${JSON.stringify(given.slice(0, 100))}.`;
    throw new HttpProblem(415, detail, `Send it as ${taken.join(", ")}.`);
  };
}
