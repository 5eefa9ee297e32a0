// What a server says of who asks, what that may do, and what was done.

/** `GET /access`: who asks, by the token, and what that may do. */
export type AccessReply = {
  readonly name: string;
  readonly scope: Scope;
  /** Whether the server asks for a token. */
  readonly token: boolean;
  /** The scope with all that it includes. */
  readonly may: readonly Scope[];
  /** What the token may at most do, where it has limits. */
  readonly limits: { readonly runsPerHour?: number; readonly queued?: number; readonly callsPerMinute?: number };
  /** What it has used of those limits that are of runs; absent without such limits. */
  readonly used?: { readonly runsPerHour: number; readonly queued: number };
};

/** What a token may do; each includes those before it. */
export type Scope = "view" | "run" | "edit" | "administer";

/** `GET /audit`: what was changed or refused, newest first. */
export type AuditReply = { readonly items: readonly AuditEntry[]; readonly next?: string };
export type AuditEntry = {
  /** ISO 8601; no two entries of a server have the same. */
  readonly time: string;
  /** The name of the token; "owner" for the server's own or none, "nobody" for whoever had none that stands. */
  readonly who: string;
  /** Which session of the token. */
  readonly session?: string;
  /** The address of whoever asked. */
  readonly from?: string;
  /** The route as the description of the API has it, such as "post /runs/:id/cancel". */
  readonly what: string;
  /** The ids that it was about, by kind. */
  readonly about?: { readonly [kind: string]: string };
  /** The status of HTTP that was answered; of a command, 0. */
  readonly outcome: number;
  /** How many of these there were, where they were only counted. */
  readonly times?: number;
};
