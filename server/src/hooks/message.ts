import { createHmac, hash } from "node:crypto";
import type { RunRecord } from "../queue/port.ts";

/** Outputs that a message names. */
const named = 200;

/** The id of the message about that run to that address: the same at each attempt, so that a receiver can tell a repetition. */
export function messageId(run: string, url: string): string {
  return `msg_${hash("sha256", `${run} ${url}`).slice(0, 32)}`;
}

/** What is sent when a run has ended: its summary, with the hashes of what it made, which are at `GET /artifacts/:hash`. */
export function messageOf(run: RunRecord): string {
  const { id, state, title, workflow, caption, seed, created, started, ended, error, outputs } = run;
  const time = (ms: number | undefined) => ms && new Date(ms).toISOString();
  const made = outputs.slice(0, named).map(({ node, item, name, kind, files }) => ({ node, item, name, kind, files }));
  const about = { id, state, title, workflow, caption, seed, error, created: time(created), started: time(started) };
  const data = { ...about, ended: time(ended), outputs: made, outputCount: outputs.length };
  return JSON.stringify({ type: `run.${state}`, timestamp: time(ended ?? created), data });
}

/** The headers that sign a message, as Standard Webhooks 1.0 has them: HMAC-SHA256 of id, seconds and body. */
export function signed(id: string, body: string, key: Uint8Array, now: number): Readonly<Record<string, string>> {
  const seconds = String(Math.floor(now / 1000));
  const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": `v1,${signature}` };
}
