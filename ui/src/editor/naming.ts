import { endOf } from "../document/edit.ts";
import { nameAlong, nodeNames, sentenceInTitles } from "../document/names.ts";
import type { Offer } from "./offer.ts";
import { createStore, type Readable } from "./store.ts";
import type { OpenWorkflow } from "./workflow.ts";

/** What people read in place of ids. */
export type Naming = {
  /** A node's name: the title of its card, else of its type, numbered if there are several. */
  name(id: string): string;
  /** An end of a link, "node.port", by names. */
  end(address: string): string;
  /** A sentence of the engine with titles in place of ids. */
  sentence(text: string): string;
};

/** Follows the document in front. The value changes only if a name does. */
export function createNaming(workflow: OpenWorkflow, offer: Offer): Readable<Naming> {
  let names: ReadonlyMap<string, string> = new Map();
  let seen: readonly unknown[] = [];
  const { get, set, listen } = createStore<Naming>(namingOf(names, workflow, offer));
  const follow = () => {
    const { nodes, layout } = workflow.present();
    const { catalogue } = offer.get();
    if (seen[0] === nodes && seen[1] === catalogue && seen[2] === layout) return;
    const known = seen[1] === catalogue;
    seen = [nodes, catalogue, layout];
    const now = nodeNames(nodes, catalogue, layout);
    if (known && now.size === names.size && [...now].every(([id, name]) => names.get(id) === name)) return;
    names = now;
    set(namingOf(names, workflow, offer));
  };
  workflow.listen(follow);
  offer.listen(follow);
  return { get, listen };
}

/** What is on the canvas has the names there; what is elsewhere, inside a subgraph or outside the one that is open, those along its path. */
function namingOf(names: ReadonlyMap<string, string>, workflow: OpenWorkflow, offer: Offer): Naming {
  const find = (id: string) =>
    names.get(id) ??
    nameAlong(workflow.present(), id, offer.get().catalogue) ??
    nameAlong(workflow.whole(), id, offer.get().catalogue);
  const name = (id: string) => find(id) ?? id;
  return {
    name,
    end(address) {
      const end = endOf(address);
      return end ? `${name(end.node)}, ${end.port}` : address;
    },
    sentence: (text) => sentenceInTitles(text, { get: find }, offer.get().catalogue),
  };
}
