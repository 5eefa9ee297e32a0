import type { IncomingMessage } from "node:http";
import type { Response } from "express";
import type { z } from "zod";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** What a handler is given: only what its schemas let through. */
export type Asked<P, Q, B> = {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: IncomingMessage;
  readonly response: Response;
};

/**
 * One way to ask the server. From a list of these come the express application, the OpenAPI description and the test that no
 * route is left without its checks.
 */
export type Route<P = unknown, Q = unknown, B = unknown> = {
  readonly method: Method;
  /** Under /api/v1, with `:name` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  /** A JSON body; without it the route takes none, or takes bytes. */
  readonly body?: z.ZodType<B>;
  /** The body has a document, which may be large: it is read beside this thread and comes as JSON text. */
  readonly aside?: boolean;
  /** Media types of a body that is no JSON; the handler reads the request itself. */
  readonly bytes?: readonly string[];
  /** What comes back as JSON; absent where nothing does, or where the handler answers by itself with `media`. */
  readonly reply?: z.ZodType;
  readonly media?: string;
  /** 200 unless told; 204 where nothing comes back. */
  readonly status?: 200 | 201 | 204;
  /** Which budget of calls a minute it draws on. */
  readonly rate: "read" | "write" | "costly";
  readonly handle: (asked: Asked<P, Q, B>) => unknown;
};

/** Declares a route; the handler's parameters have the types of its schemas. */
export function defineRoute<P = unknown, Q = unknown, B = unknown>(route: Route<P, Q, B>): Route {
  return route as unknown as Route;
}
