import { buffer } from "node:stream/consumers";
import type { ArtifactStore } from "./port.ts";

/** The bytes that a store keeps under that hash, if it keeps any. */
export async function keptBytes(store: Pick<ArtifactStore, "open">, hash: string): Promise<Buffer | undefined> {
  await using artifact = await store.open(hash);
  return artifact && (await buffer(artifact.read()));
}

/** Whether a store keeps anything under that hash. */
export async function isKept(store: Pick<ArtifactStore, "open">, hash: string): Promise<boolean> {
  return (await keptBytes(store, hash)) !== undefined;
}
