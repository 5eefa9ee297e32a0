import { lookup } from "node:dns/promises";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { reachOf } from "../hub/connection/address.ts";
import type { Webhook } from "../settings/webhooks.ts";

/** How long an attempt may take in all, in milliseconds. */
const patienceMs = 15_000;

/** All addresses of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export const resolveName: Resolve = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

/**
 * Posts a message and resolves to the status of the answer, of which nothing else is read; no redirect is followed. The name is resolved once, all of its
 * addresses are checked, and the connection goes to the one that was. Rejects with a sentence if the receiver cannot be reached or may not be.
 */
export async function post(
  { url, private: within }: Pick<Webhook, "url" | "private">,
  body: string,
  headers: Readonly<Record<string, string>>,
  { signal, resolve = resolveName }: { readonly signal: AbortSignal; readonly resolve?: Resolve },
): Promise<number> {
  const target = new URL(url);
  const address = await addressOf(target, within, resolve);
  const family = isIP(address);
  const send = target.protocol === "https:" ? requestHttps : requestHttp;
  const late = AbortSignal.timeout(patienceMs);
  return new Promise((answered, reject) => {
    const sent = send(target, {
      method: "POST",
      headers: {
        ...{ "content-type": "application/json", "content-length": Buffer.byteLength(body), "user-agent": "clipwork" },
        ...headers,
      },
      // A connection of its own, to the very address that was checked.
      agent: false,
      lookup: (_name, { all }, done) => (all ? done(null, [{ address, family }]) : done(null, address, family)),
      signal: AbortSignal.any([signal, late]),
    });
    sent.once("response", (response) => {
      response.destroy();
      answered(response.statusCode!);
    });
    sent.once("error", (error: NodeJS.ErrnoException) => {
      if (late.aborted) reject(new Error(`did not answer within ${patienceMs / 1000} seconds`));
      else reject(signal.aborted ? error : new Error(`cannot be reached (${error.code ?? error.message})`));
    });
    // A receiver that answers with another protocol is cut off, without an answer and without an error.
    sent.once("close", () => reject(new Error("answered with something else than HTTP")));
    sent.end(body);
  });
}

async function addressOf({ hostname }: URL, within: boolean, resolve: Resolve): Promise<string> {
  const name = hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(name)
    ? [name]
    : await resolve(name).catch((error: NodeJS.ErrnoException) => {
        throw new Error(`cannot be resolved (${error.code ?? error.message})`);
      });
  const allowed = within ? ["public", "private", "loopback"] : ["public"];
  const wrong = addresses.find((address) => !allowed.includes(reachOf(address)));
  if (wrong !== undefined)
    throw new Error(`is ${wrong}, which is ${reachOf(wrong)}: only a webhook with "private": true may lie there`);
  if (addresses.length === 0) throw new Error("has no address");
  return addresses[0]!;
}
