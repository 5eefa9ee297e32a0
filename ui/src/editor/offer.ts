import { catalogueFromJson } from "@clipwork/engine";
import type { TemplateJson } from "@clipwork/server/wire";
import type { Known } from "../document/environment.ts";
import type { Api } from "../server/api.ts";
import { createStore, type Readable } from "./store.ts";

/** What the server offers: node types, packs and templates, the best to begin with first; and whether it asks for a token. */
export type OfferState = Known & { readonly templates: readonly TemplateJson[]; readonly token: boolean };

export type Offer = Readable<OfferState> & {
  /** Asks the server. */
  load(): Promise<OfferState>;
  /** Asks for the packs anew: one was added or removed. */
  loadPacks(): Promise<void>;
};

/** The template that opens if there is nothing to go on with. */
const firstTemplate = "text-to-image";

/** Empty until it is loaded. */
export function createOffer(api: Api): Offer {
  const { get, set, listen } = createStore<OfferState>({
    catalogue: new Map(),
    packs: [],
    templates: [],
    token: false,
  });
  return {
    get,
    listen,
    async load() {
      const [{ nodes, kinds }, { packs }, { templates }, { token }] = await Promise.all([
        api.nodes(),
        api.packs(),
        api.templates(),
        api.access(),
      ]);
      const first = templates.filter(({ id }) => id === firstTemplate);
      const others = templates.filter(({ id }) => id !== firstTemplate);
      set({ catalogue: catalogueFromJson(nodes, kinds), packs, templates: [...first, ...others], token });
      return get();
    },
    async loadPacks() {
      const { packs } = await api.packs();
      set((now) => ({ ...now, packs }));
    },
  };
}
