import type { NodePackJson } from "@clipwork/server/wire";
import type { Api } from "../server/api.ts";
import { createStore, type Readable } from "./store.ts";

/** The server's node packs: nothing until they are loaded; `trouble` is why they could not be. */
export type NodePacksState = { readonly packs?: readonly NodePackJson[]; readonly trouble?: string };

export type NodePacks = Readable<NodePacksState> & {
  /** Asks the server. */
  load(): Promise<void>;
};

/** The id of the dialog that shows them. */
export const nodePacksDialog = "node-packs";

export function createNodePacks(api: Pick<Api, "nodePacks">): NodePacks {
  const { get, set, listen } = createStore<NodePacksState>({});
  return {
    get,
    listen,
    async load() {
      const said = await api.nodePacks().then(
        ({ packs }): NodePacksState => ({ packs }),
        ({ message }: Error): NodePacksState => ({ trouble: message }),
      );
      set(() => said);
    },
  };
}
