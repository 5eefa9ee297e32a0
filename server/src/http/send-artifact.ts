import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Artifact } from "../artifacts/port.ts";
import { HttpProblem } from "./problem.ts";

/** A year, as long as a cache keeps anything: what has a hash for its name never changes. */
const cacheControl = "public, max-age=31536000, immutable";

/**
 * Sends bytes that never change, or the part that is asked for with Range (RFC 9110, section 14), or 304 if they are known.
 * Several ranges in one request are answered with all bytes, as the RFC allows. Throws HttpProblem 416 for a part that there is not.
 */
export async function sendArtifact(
  request: IncomingMessage,
  response: ServerResponse,
  { artifact, hash, type }: { readonly artifact: Artifact; readonly hash: string; readonly type: string },
): Promise<void> {
  const { size } = artifact;
  const etag = `"${hash}"`;
  const headers = { ETag: etag, "Cache-Control": cacheControl, "Accept-Ranges": "bytes" };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (isNamed(request.headers["if-none-match"], etag)) {
    response.statusCode = 304;
    response.end();
    return;
  }
  const whole = { first: 0, last: size - 1 };
  const fits = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
  const part = fits ? partOf(request.headers.range, size) : undefined;
  if (part === "none") {
    response.setHeader("Content-Range", `bytes */${size}`);
    response.setHeader("Cache-Control", "no-store");
    throw new HttpProblem(416, `There are ${size} bytes, and the Range asks for none of them.`, "Ask for others.");
  }
  const { first, last } = part ?? whole;
  if (part) response.setHeader("Content-Range", `bytes ${first}-${last}/${size}`);
  response.statusCode = part ? 206 : 200;
  response.setHeader("Content-Type", type);
  response.setHeader("Content-Length", last - first + 1);
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  // A receiver that goes away, before or while it is sent to, is nobody's fault.
  if (response.destroyed) return;
  await pipeline(artifact.read(first, last), response).catch((error) => {
    if (!response.headersSent && !response.destroyed) throw error;
    response.destroy();
  });
}

/** True if a header such as If-None-Match names that tag. */
function isNamed(header: string | undefined, etag: string): boolean {
  const named = header?.split(",").map((tag) => tag.trim().replace(/^W\//, "")) ?? [];
  return named.includes(etag) || named.includes("*");
}

/** The bytes that one range names; undefined for all of them, "none" if there are none such. */
function partOf(
  range: string | undefined,
  size: number,
): { readonly first: number; readonly last: number } | "none" | undefined {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  if (from === "")
    return Number(to) === 0 || size === 0 ? "none" : { first: Math.max(0, size - Number(to)), last: size - 1 };
  if (to !== "" && Number(to) < Number(from)) return undefined;
  if (Number(from) >= size) return "none";
  return { first: Number(from), last: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
}
