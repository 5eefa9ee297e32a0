import { catalogueFromJson } from "@clipwork/engine";
import type { AccessReply, Called, TemplateJson } from "@clipwork/server/wire";
import type { Known } from "../document/environment.ts";
import type { Api } from "../server/api.ts";
import { createStore, type Readable } from "./store.ts";

/** What the server offers: node types, packs and templates, the best to begin with first; whether it asks for a token, and what this page may do. */
export type OfferState = Known & {
  readonly templates: readonly TemplateJson[];
  readonly token: boolean;
  readonly may: AccessReply["may"];
  /** How the server's command line is called. */
  readonly called: Called;
};

export type Offer = Readable<OfferState> & {
  /** Asks the server. */
  load(): Promise<OfferState>;
  /** Asks for the packs anew: one was added or removed. */
  loadPacks(): Promise<void>;
};

/** The template that opens if there is nothing to go on with. */
const firstTemplate = "text-to-image";

type Refusal = { readonly detail: string; readonly remedy: string };

/** What a token of each scope is for, in words that need no glossary. */
const lets: { readonly [scope in AccessReply["scope"]]: string } = {
  view: "look",
  run: "look and run",
  edit: "look, run and edit",
  administer: "do everything",
};

/** Why what needs a scope is not to be had, and the way out. Undefined if it is. */
export function refusedFor({ may }: Pick<OfferState, "may">, needs: AccessReply["scope"]): Refusal | undefined {
  if (may.includes(needs)) return undefined;
  return {
    detail: `Your token lets you ${lets[may.at(-1) ?? "view"]}, and no more.`,
    remedy: `Ask whoever runs the server for one with the scope “${needs}”.`,
  };
}

/** The same in one sentence, to stand in place of the action. */
export function whyNot(now: Pick<OfferState, "may">, needs: AccessReply["scope"]): string | undefined {
  const refused = refusedFor(now, needs);
  return refused && `${refused.detail} ${refused.remedy}`;
}

/** Empty until it is loaded. */
export function createOffer(api: Api): Offer {
  const { get, set, listen } = createStore<OfferState>({
    catalogue: new Map(),
    packs: [],
    templates: [],
    token: false,
    // Until the server has said.
    may: ["view", "run", "edit", "administer"],
    called: { command: "clipwork" },
  });
  return {
    get,
    listen,
    async load() {
      const [{ nodes, kinds }, { packs }, { templates }, { token, may }, { called }] = await Promise.all([
        api.nodes(),
        api.packs(),
        api.templates(),
        api.access(),
        api.version(),
      ]);
      const first = templates.filter(({ id }) => id === firstTemplate);
      const others = templates.filter(({ id }) => id !== firstTemplate);
      const catalogue = catalogueFromJson(nodes, kinds);
      set({ catalogue, packs, templates: [...first, ...others], token, may, called });
      return get();
    },
    async loadPacks() {
      const { packs } = await api.packs();
      set((now) => ({ ...now, packs }));
    },
  };
}
