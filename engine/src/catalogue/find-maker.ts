import type { SocketType } from "../kinds/socket.ts";
import { fits, resolveType } from "../kinds/types.ts";
import type { AnyCatalogue } from "./environment.ts";

/**
 * The first node type of the catalogue that makes what `needs` asks for out of something else: an input of that kind makes it a
 * node that only changes such values. Undefined if there is none, or if anything would do.
 */
export function findMaker(catalogue: AnyCatalogue, needs: SocketType): string | undefined {
  if (needs.kind === "variable") return undefined;
  for (const { type, inputs, outputs } of catalogue.values()) {
    if (Object.values(inputs).some(({ type }) => type.kind === "variable" || type.kind === needs.kind)) continue;
    const gives = ({ type }: { readonly type: SocketType }) =>
      type.kind !== "variable" && fits(resolveType(type, {}), needs);
    if (Object.values(outputs).some(gives)) return type;
  }
  return undefined;
}
