import type { Claims, Unusable } from "@clipwork/engine";
import type { ArtifactStore } from "../artifacts/port.ts";
import type { Deliveries } from "../hooks/deliveries.ts";
import type { SharedQueue } from "../queue/port.ts";
import type { Broadcast } from "./broadcast.ts";
import type { Registry } from "./registry.ts";

/** Where the runs and all that they keep are shared by servers and workers. */
export type FleetAddress = {
  /** `redis://…` or `rediss://…` */
  readonly queue: string;
  /** `s3://…` */
  readonly store: string;
};

/** What servers and workers share: one queue, one store, and what is said in passing. */
export type Fleet = {
  readonly queue: SharedQueue;
  readonly artifacts: ArtifactStore;
  /** Where an artifact that was opened lies on this machine. */
  readonly place: (hash: string) => string;
  readonly live: Broadcast;
  readonly registry: Registry;
  /** The messages of webhooks, each of which one of the servers sends. */
  readonly deliveries: Deliveries;
  /** Who computes which value now. */
  readonly claims: Claims;
  /** How many workers there are, a moment ago. */
  workers(): number;
  /** Why the store cannot be used, if it did not answer last and does not now. */
  storeTrouble(): Promise<Unusable | undefined>;
  /** This process is about to end: from now on Redis and the store are waited for a few seconds at most; what they have not answered then is given up. */
  ending(): void;
  close(): Promise<void>;
};
