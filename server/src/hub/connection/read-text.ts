import { PackError } from "@clipwork/models";
import { Pace } from "./pace.ts";
import { type Answer, Broken } from "./request.ts";
import type { Hub } from "./settings.ts";

/** The whole of a short answer as text. Throws PackError if it is longer than `most` bytes or all but stops, Broken if the connection breaks off. */
export async function readText(
  { least }: Pick<Hub, "least">,
  { body, url }: Answer,
  most: number,
  signal: AbortSignal,
): Promise<string> {
  const pace = new Pace(url.host, least);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > most)
        throw new PackError(
          `${url.host} answered with more than ${most / 2 ** 20} MB where a short text was expected.`,
          "Do not use this repository.",
        );
      parts.push(part);
      pace.came(part.length);
    }
  } catch (error) {
    if (signal.aborted || error instanceof PackError) throw error;
    throw new Broken(`The connection to ${url.host} broke off`);
  }
  return Buffer.concat(parts).toString("utf8");
}
