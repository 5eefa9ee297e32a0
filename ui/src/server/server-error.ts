import type { ErrorBody } from "@clipwork/server/wire";

/** The server's refusal, or the fact that it did not answer. */
export class ServerError extends Error {
  readonly remedy: string;
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number;
  readonly problems: NonNullable<ErrorBody["problems"]>;
  constructor(body: Pick<ErrorBody, "detail" | "remedy" | "status" | "problems">) {
    super(body.detail);
    this.name = "ServerError";
    this.remedy = body.remedy;
    this.status = body.status;
    this.problems = body.problems ?? [];
  }
}
