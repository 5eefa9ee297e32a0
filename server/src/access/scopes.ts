import type { ClientToServer, Scope } from "../wire/wire.ts";

export type { Scope };

/** What a token may do; each includes those before it. */
export const scopes = ["view", "run", "edit", "administer"] as const satisfies readonly Scope[];

/** Whether a token of the first scope may do what needs the second. */
export function includes(has: Scope, needs: Scope): boolean {
  return scopes.indexOf(has) >= scopes.indexOf(needs);
}

/** The scope that each route of /api/v1 needs, by method and path. Pages and the description of the API need to be seen: view. */
export const routeScopes: { readonly [route: string]: Scope } = {
  "get /nodes": "view",
  "get /packs": "view",
  "get /templates": "view",
  "get /version": "view",
  "get /health": "view",
  "get /metrics": "view",
  "get /access": "view",
  "get /runs": "view",
  "get /runs/:id": "view",
  "get /runs/:id/events": "view",
  "get /runs/:id/report": "view",
  "get /runs/:id/files/:hash": "view",
  "post /runs/compare": "view",
  "get /artifacts/:hash": "view",
  "get /queue": "view",
  "get /workers": "view",
  "get /workflows": "view",
  "get /workflows/:id": "view",
  "get /workflows/:id/revisions/:revision": "view",
  "get /workflows/:id/history": "view",
  "get /models": "view",
  "get /node-packs": "view",
  "get /models/jobs": "view",

  "post /forecast": "run",
  "post /runs": "run",
  "post /runs/:id/cancel": "run",
  "post /runs/:id/retry": "run",
  "post /uploads": "run",

  "patch /runs/:id": "edit",
  "delete /runs/:id": "edit",
  "delete /uploads/:hash": "edit",
  "post /workflows": "edit",
  "put /workflows/:id": "edit",
  "delete /workflows/:id": "edit",
  "post /workflows/:id/recover": "edit",
  "post /workflows/:id/restore": "edit",

  "get /audit": "administer",
  "delete /runs": "administer",
  "patch /queue": "administer",
  "post /queue/cancel": "administer",
  "post /models/jobs": "administer",
  "post /models/jobs/:id/accept": "administer",
  "post /models/jobs/:id/cancel": "administer",
  "delete /models/jobs/:id": "administer",
  "delete /models/downloads/:hash": "administer",
  "post /packs/:name/verify": "administer",
  "post /backup": "administer",
  "delete /packs/:name": "administer",
};

/** The scope that each message of a web socket needs: whoever may connect may send them. */
export const messageScopes = { follow: "view", unfollow: "view", queue: "view", open: "view" } as const satisfies {
  readonly [message in keyof ClientToServer]: Scope;
};
