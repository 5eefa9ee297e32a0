import type { Hash } from "@clipwork/server/wire";

/** Where an artifact's bytes are. */
export function artifact(hash: Hash): string {
  return `/api/v1/artifacts/${hash}`;
}
