import { PackError } from "@clipwork/models";
import type { Repository } from "./names.ts";
import { type Answer, Broken } from "./request.ts";
import { type Hub, pageOf } from "./settings.ts";

/**
 * Throws if the hub refused: PackError with what to do about it, or Broken if it may answer another time. `what` is what was asked for,
 * as messages call it.
 */
export function refuseStatus(hub: Hub, { id }: Repository, { body, url }: Answer, what: string): void {
  const { statusCode: status = 0, headers } = body;
  if (status === 200 || status === 206 || status === 416) return;
  body.destroy();
  const own = url.origin === hub.endpoint.origin;
  // Where large files lie, addresses are valid for a time: the hub is asked for another.
  if (!own || status === 429 || status >= 500) throw new Broken(`${url.host} answered ${status}`);
  if (hub.kind === "folder")
    throw new PackError(
      `${hub.endpoint.host} does not give ${what}: it answered ${status}.`,
      "Check the address. What needs an account has to be downloaded by yourself, and its folder added.",
    );
  const page = pageOf(hub, id);
  const code = headers["x-error-code"];
  if (status === 403 || code === "GatedRepo")
    throw new PackError(
      `${id} is gated: ${hub.endpoint.host} gives it only to accounts that have accepted its conditions.`,
      `Accept them at ${page}, then set HF_TOKEN to a token of that account.`,
    );
  if (status === 401)
    throw hub.token === undefined
      ? new PackError(
          `${hub.endpoint.host} does not show ${id} without an account: it is private, gated, or there is no such repository.`,
          `Check the name, and set HF_TOKEN to a token of an account that may read it.`,
        )
      : new PackError(
          `${hub.endpoint.host} does not accept the token in HF_TOKEN for ${id}.`,
          "Set HF_TOKEN to a valid token of an account that may read it, or to nothing.",
        );
  if (status === 404)
    throw new PackError(`${hub.endpoint.host} has no ${what}.`, `Check the name and the revision at ${page}.`);
  throw new PackError(`${hub.endpoint.host} answered ${status} when asked for ${what}.`, "Try again later.");
}
