import type { AnyEnvironment } from "../catalogue/environment.ts";
import type { Settings } from "../kinds/resolve-fact.ts";
import type { GraphNode } from "./graph.ts";

/** What facts of types may be looked up in of a node's own settings: the numbers of its parameters, and what is known of its files. */
export function settingsOf({ params, links }: GraphNode, { files }: AnyEnvironment): Settings {
  const isFed = (name: string) => links.some(({ port }) => port === name);
  return {
    param(name) {
      if (isFed(name)) return undefined;
      const value = params[name];
      return typeof value === "number" ? value : null;
    },
    file(param, fact) {
      const name = params[param];
      const file = typeof name === "string" && Object.hasOwn(files, name) ? files[name] : undefined;
      const facts = file && "digest" in file ? file.facts : undefined;
      return facts && Object.hasOwn(facts, fact) ? facts[fact] : undefined;
    },
  };
}
