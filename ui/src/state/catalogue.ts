import { type Catalogue, catalogueFromJson, collectFiles, type Document, type Environment } from "@clipwork/engine";
import type { PackJson, TemplateJson } from "@clipwork/server/wire";
import { api } from "../server/api.ts";
import { createStore } from "./store.ts";

/** What the server offers: node types, packs and templates, the best to begin with first. Empty until it has been asked. */
export type Offer = {
  readonly catalogue: Catalogue;
  readonly packs: readonly PackJson[];
  readonly templates: readonly TemplateJson[];
};

/** The template that opens where there is nothing to go on with. */
const firstTemplate = "text-to-image";

export const offer = createStore<Offer>({ catalogue: new Map(), packs: [], templates: [] });

/** Asks the server what it offers. */
export async function loadOffer(): Promise<Offer> {
  const [{ nodes }, { packs }, { templates }] = await Promise.all([api.nodes(), api.packs(), api.templates()]);
  const firstOne = templates.filter(({ id }) => id === firstTemplate);
  const others = templates.filter(({ id }) => id !== firstTemplate);
  offer.set({ catalogue: catalogueFromJson(nodes), packs, templates: [...firstOne, ...others] });
  return offer.get();
}

/**
 * What the engine needs to check a workflow in the browser, so that the sentences are those of the server. That an
 * uploaded file is there is taken for granted: the server looks when the run is submitted.
 */
export function environmentFor(document: Document | undefined, { catalogue, packs }: Offer): Environment {
  const files = document ? collectFiles(document, catalogue) : [];
  return {
    catalogue,
    packs: Object.fromEntries(packs.map((pack) => [pack.name, "facts" in pack ? pack.facts : pack.unusable])),
    files: Object.fromEntries(files.map((name) => [name, fileFacts(name)])),
    numerics: "",
    hash: () => "",
  };
}

function fileFacts(name: string): Environment["files"][string] {
  const hash = /^asset:([0-9a-f]{64})$/.exec(name)?.[1];
  if (hash) return { digest: hash };
  return { message: "the server opens uploaded pictures, no paths.", remedy: "Drop the picture onto the node." };
}
