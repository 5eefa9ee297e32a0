import type { Webhook } from "../settings/webhooks.ts";

/** A message on its way. */
export type Delivery = {
  readonly id: string;
  readonly run: string;
  readonly url: string;
  readonly body: string;
  /** How often it was tried. */
  readonly attempts: number;
};

/** An address that is told of runs that end. */
export type Told = Pick<Webhook, "url" | "states"> & {
  /** Of runs that ended before, in milliseconds since 1970, it is not told. */
  readonly since: number;
};

/** Seconds between the attempts of a message; after the last of them it is given up, about two days after the run ended. */
export const delays = [1, 2, 10, 60, 300, 1800, 7200, 21_600, 43_200, 86_400] as const;
/** For so many milliseconds nobody else takes a message that one has taken to try it, which takes a quarter of that at most. */
export const takenMs = 60_000;

/**
 * The ends of runs that are still to be announced, and the messages that announce them: both outlive the process. Where several servers share
 * them each message is one server's at a time, and another's if that one is gone. Every implementation passes `deliveries.contract.ts`.
 */
export interface Deliveries {
  /** Takes these addresses for this server; what no server has named for three days is forgotten. From now on the ends of runs are kept until they are noted, if there is any address. */
  open(hooks: readonly Pick<Webhook, "url" | "states">[]): Promise<void>;
  /** All who are told: those of other servers too. */
  told(): Promise<readonly Told[]>;
  /** Runs, none in passing, that have ended and are not noted, first those that ended first. */
  ended(limit: number): Promise<readonly string[]>;
  /** Keeps the messages about a run's end, and forgets the end, in one step. Does nothing if somebody else has done so. */
  note(run: string, messages: readonly Omit<Delivery, "run" | "attempts">[]): Promise<void>;
  /** Takes messages to one of this server's addresses that are to be tried by now, the longest due first. */
  take(url: string, limit: number): Promise<readonly Delivery[]>;
  /** It was tried, and is due again in so many milliseconds, or over. */
  tried(id: string, again: number | undefined): Promise<void>;
  /** Milliseconds until the next message to one of this server's addresses is due; undefined if none waits. */
  next(url: string): Promise<number | undefined>;
  /** How many wait for addresses of this server. */
  count(): Promise<number>;
}
