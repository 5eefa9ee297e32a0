import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseJson } from "@clipwork/engine";
import express, { type Express, type Request, type RequestHandler, type Response } from "express";
import type { Access } from "../access/access.ts";
import type { AuditLog } from "../access/audit.ts";
import type { TokenUses } from "../access/uses.ts";
import type { Checker } from "../checker/checker.ts";
import { JsonBytes } from "../files/json-bytes.ts";
import { audit, namesRoute } from "./audit/audit.ts";
import { docsPage } from "./docs-page.ts";
import { guards, routeGuards } from "./guards.ts";
import type { Metrics } from "./metrics.ts";
import { HttpProblem, problemHandler } from "./problem.ts";
import type { Route } from "./route.ts";

/** The largest JSON body, in bytes. */
const maxJson = 16 * 2 ** 20;

/** What every request goes through, and where each route is reached. */
export function buildApp(parts: {
  /** Reads bodies that may be large. */
  readonly checker: Pick<Checker, "read">;
  readonly metrics: Pick<Metrics, "request">;
  readonly routes: readonly Route[];
  /** Before everything else: who may ask at all. */
  readonly access: Access;
  /** What becomes of it is written down here, and that a token was used there. */
  readonly log: AuditLog;
  readonly uses?: Pick<TokenUses, "saw">;
  /** The built editor. */
  readonly ui: string;
  /** A picture of what each template makes, `<id>.webp`. */
  readonly templatePictures: string;
  /** Resolves when what the routes have done until now would survive a power failure. */
  readonly settle: () => Promise<void>;
  readonly onFault: (error: unknown) => void;
}): Express {
  const { checker, metrics, routes, access, log, uses, ui, templatePictures, settle, onFault } = parts;
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.set("query parser", "simple");
  app.use(audit(access, log, onFault));
  for (const guard of guards(access, uses)) app.use(guard);
  const guardsOf = routeGuards(access);
  const api = express.Router({ caseSensitive: true, strict: true });
  for (const route of routes) {
    const readBody = route.body ? (route.aside ? readAside(checker) : readJson) : [];
    api[route.method](route.path, namesRoute(route), ...guardsOf(route), ...readBody, answer(route, metrics, settle));
  }
  const { basePath = "" } = access;
  app.use("/api/v1", api, docsPage(routes, basePath));
  app.use("/api", (request) => {
    throw new HttpProblem(
      404,
      `There is no ${request.method} ${request.originalUrl.slice(0, 200)}.`,
      "See /api/v1/docs.",
    );
  });
  app.use("/socket.io", () => {
    throw new HttpProblem(
      400,
      "Live events come over web sockets alone.",
      'Connect with socket.io\'s option transports: ["websocket"].',
    );
  });
  // A monitor that is set up with its own usual address should be told, not read a page as figures.
  app.use("/metrics", () => {
    throw new HttpProblem(404, "There are no metrics here.", "They are under /api/v1/metrics.");
  });
  app.use("/templates", express.static(templatePictures, { index: false, redirect: false }));
  serveEditor(app, { ui, basePath });
  app.use(problemHandler(onFault));
  return app;
}

/** Reads it the way the text of a workflow file is read: what `JSON.parse` would lose silently is refused. */
const readJson: RequestHandler[] = [
  express.text({ type: "application/json", limit: maxJson }),
  (request, _response, next) => {
    if (request.body === "") request.body = undefined;
    else if (request.body !== undefined) {
      const { json, problem } = parseJson(request.body, "The body");
      if (problem) throw new HttpProblem(400, problem.message, problem.remedy);
      request.body = json;
    }
    next();
  },
];

/** As `readJson` does, but in a thread of its own, and leaves the document packed. */
function readAside(checker: Pick<Checker, "read">): RequestHandler[] {
  return [
    express.raw({ type: "application/json", limit: maxJson }),
    async (request, _response, next) => {
      const { body } = request;
      if (Buffer.isBuffer(body) && body.length > 0) {
        const read = await checker.read(body);
        if ("problem" in read) throw new HttpProblem(400, read.problem.message, read.problem.remedy);
        const { rest, document } = read;
        request.body = document === undefined ? rest : { ...(rest as object), document };
      } else request.body = undefined;
      next();
    },
  ];
}

function answer(route: Route, metrics: Pick<Metrics, "request">, settle: () => Promise<void>): RequestHandler {
  const promises = route.method !== "get" && route.onlyAsks !== true;
  return async (request: Request, response: Response) => {
    const began = performance.now();
    response.once("close", () => {
      metrics.request(`${route.method} ${route.path}`, response.statusCode, (performance.now() - began) / 1000);
    });
    const reply = await route.handle({
      params: route.params?.parse(request.params),
      query: route.query?.parse({ ...request.query }),
      body: route.body?.parse(request.body ?? {}),
      request,
      response,
    });
    if (route.media !== undefined) return;
    // An answer that something was done is a promise.
    if (promises) await settle();
    response.setHeader("Cache-Control", "no-store");
    if (route.status === 204) response.status(204).end();
    else if (reply instanceof JsonBytes) sendBytes(response.status(route.status ?? 200), reply);
    else response.status(route.status ?? 200).json(reply);
  };
}

function sendBytes(response: Response, { byteLength, parts }: JsonBytes): void {
  response.type("json").setHeader("Content-Length", byteLength);
  for (const part of parts) response.write(part);
  response.end();
}

/** The editor's files; its page for every other address but those of forms, since the pages read the rest of the address themselves. */
function serveEditor(app: Express, { ui, basePath }: { readonly ui: string; readonly basePath: string }): void {
  app.use(express.static(ui, { index: false, redirect: false }));
  app.use(async (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD")
      throw new HttpProblem(404, "There is nothing at this address.", "The API is under /api/v1.");
    const page = request.path.startsWith("/form/") ? "form.html" : "index.html";
    const html = await readFile(join(ui, page), "utf8").catch(() => undefined);
    // Its scripts and styles find one another; only the page names addresses from the root.
    if (html !== undefined) return response.type("html").send(html.replaceAll('="/', `="${basePath}/`));
    throw new HttpProblem(404, "The editor is not built.", "Start with npm start; the API is under /api/v1.");
  });
}
