import { STATUS_CODES } from "node:http";
import type { Problem } from "@clipwork/engine";
import type { ErrorRequestHandler, Response } from "express";
import { ZodError } from "zod";
import { Refusal } from "../artifacts/refusal.ts";
import { isDiskFull } from "../files/disk-full.ts";
import type { ErrorBody } from "../wire/wire.ts";

/** An error that the client is shown: a problem document of RFC 9457. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly remedy: string;
  readonly problems: readonly Problem[] | undefined;
  /** Seconds after which it is worth asking again. */
  readonly retryAfter: number | undefined;

  constructor(status: number, detail: string, remedy: string, problems?: readonly Problem[], retryAfter?: number) {
    super(detail);
    this.status = status;
    this.remedy = remedy;
    this.problems = problems;
    this.retryAfter = retryAfter;
  }
}

/** The body that reports it. */
export function errorBody({ status, message, remedy, problems }: HttpProblem): ErrorBody {
  const title = STATUS_CODES[status] ?? "Error";
  return { type: "about:blank", title, status, detail: message, remedy, ...(problems ? { problems } : {}) };
}

export function sendProblem(response: Response, problem: HttpProblem): void {
  if (problem.retryAfter !== undefined) response.setHeader("Retry-After", problem.retryAfter);
  response
    .status(problem.status)
    .type("application/problem+json")
    .send(JSON.stringify(errorBody(problem)));
}

const refusals = { unknown: 404, conflict: 409, invalid: 422, media: 415, large: 413, full: 503, disk: 507 } as const;

/** Any error as the client may see it: a fault of ours is not described to strangers. */
export function asProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof Refusal) {
    const { reason, message, remedy, problems } = error;
    return new HttpProblem(refusals[reason], message, remedy, problems);
  }
  if (error instanceof ZodError) {
    const { path, message } = error.issues[0]!;
    const where = path.length > 0 ? `"${path.join(".")}": ` : "";
    return new HttpProblem(400, `${where}${message}.`, "See /api/v1/docs for what is expected.");
  }
  if (isDiskFull(error)) return new HttpProblem(507, "The disk of the server is full.", "Free some space there.");
  if (
    ["ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "ECONNABORTED"].includes(String((error as NodeJS.ErrnoException).code))
  )
    return new HttpProblem(400, "The request broke off.", "Send it again.");
  // Errors of express and its body parser carry the status that they stand for.
  const { status, message } = error as { status?: number; message?: string };
  if (status === 413) return new HttpProblem(413, "The body is larger than this route takes.", "Send less.");
  if (status !== undefined && status >= 400 && status < 500)
    return new HttpProblem(status, `The request cannot be read: ${message}.`, "Check the address and the body.");
  return new HttpProblem(500, "The server failed to answer; its log says why.", "Try again, or report it.");
}

/** The last of the middleware: answers every error with a problem, and logs our own faults. */
export function problemHandler(onFault: (error: unknown) => void): ErrorRequestHandler {
  return (error, _request, response, next) => {
    const problem = asProblem(error);
    if (problem.status >= 500 && !(error instanceof Refusal)) onFault(error);
    if (response.headersSent) next(error);
    else sendProblem(response, problem);
  };
}
