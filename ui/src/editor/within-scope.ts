import type { AccessReply } from "@clipwork/server/wire";
import type { Api } from "../server/api.ts";
import { ServerError } from "../server/server-error.ts";
import { type OfferState, refusedFor } from "./offer.ts";
import type { Readable } from "./store.ts";

/** The scope that a call needs, unless it only looks: that of its route on the server. */
export const neededScopes: { readonly [call in keyof Api]?: AccessReply["scope"] } = {
  forecast: "run",
  submit: "run",
  cancel: "run",
  retryRun: "run",
  upload: "run",
  moveRun: "edit",
  prioritizeRun: "edit",
  removeRun: "edit",
  createWorkflow: "edit",
  updateWorkflow: "edit",
  removeWorkflow: "edit",
  recoverWorkflow: "edit",
  removeEnded: "administer",
  pauseQueue: "administer",
  cancelWaiting: "administer",
  addModel: "administer",
  acceptLicence: "administer",
  cancelModelJob: "administer",
  forgetModelJob: "administer",
  discardDownload: "administer",
  verifyPack: "administer",
  removePack: "administer",
};

/** The same calls, of which those that this page's token is not for are refused here: a server notes every refusal of its own. */
export function withinScope(api: Api, offer: Readable<Pick<OfferState, "may">>): Api {
  const kept = Object.entries(neededScopes).map(([name, scope]) => {
    const checked = async (...given: unknown[]) => {
      const refused = refusedFor(offer.get(), scope);
      if (refused) throw new ServerError({ status: 403, ...refused });
      const call = api[name as keyof Api] as (...given: unknown[]) => Promise<unknown>;
      return call(...given);
    };
    return [name, checked];
  });
  return { ...api, ...Object.fromEntries(kept) };
}
