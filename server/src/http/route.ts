import type { IncomingMessage } from "node:http";
import type { Response } from "express";
import type { z } from "zod";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** What a handler receives: only what its schemas let through. */
export type Asked<P, Q, B> = {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: IncomingMessage;
  readonly response: Response;
};

/**
 * One way to ask the server. A list of these makes the express application, the OpenAPI description and the test that no
 * route lacks its checks.
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
  /** The body has a document, which may be large: it is read outside this thread and arrives as `PackedJson`. */
  readonly aside?: boolean;
  /** Media types of a body that is not JSON; the handler reads the request itself. */
  readonly bytes?: readonly string[];
  /** What comes back as JSON; absent if nothing does, or if the handler answers by itself with `media`. */
  readonly reply?: z.ZodType;
  readonly media?: string;
  /** Default 200; 204 if nothing comes back. */
  readonly status?: 200 | 201 | 204;
  /** It changes nothing, although it is no GET: its answer promises nothing that a power failure could take back. */
  readonly onlyAsks?: boolean;
  /** Which budget of calls per minute it draws on. */
  readonly rate: "read" | "write" | "costly";
  readonly handle: (asked: Asked<P, Q, B>) => unknown;
};

/** Declares a route; the handler's parameters have the types of its schemas. */
export function defineRoute<P = unknown, Q = unknown, B = unknown>(route: Route<P, Q, B>): Route {
  return route as unknown as Route;
}
