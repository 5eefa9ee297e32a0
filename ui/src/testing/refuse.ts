import { type Document, type Problem, readDocument } from "@clipwork/engine";
import type { ErrorBody } from "@clipwork/server/wire";
import { ServerError } from "../server/server-error.ts";

/** A document by its shape; refused as the server refuses any other. */
export function readable(json: unknown): Document {
  const { document, problems } = readDocument(json);
  return document ?? refuse(422, "This is no workflow.", problems);
}

/** What a server answers in place of what was asked. */
export function problem(status: number, detail: string, problems?: readonly Problem[]): { readonly body: ErrorBody } {
  return {
    body: {
      type: "about:blank",
      title: "Refused",
      status,
      detail,
      remedy: "Try again.",
      ...(problems && { problems }),
    },
  };
}

/** Throws what the page makes of such an answer. */
export function refuse(status: number, detail: string, problems?: readonly Problem[]): never {
  throw new ServerError(problem(status, detail, problems).body);
}
