import type { SocketType } from "../kinds/socket.ts";
import { fits, resolveType } from "../kinds/types.ts";
import type { AnyCatalogue } from "./environment.ts";

/** The node type that takes `has` and outputs `needs`, if the catalogue has one. */
export function findConverter(catalogue: AnyCatalogue, has: SocketType, needs: SocketType): string | undefined {
  for (const { type, inputs, outputs } of catalogue.values()) {
    const takes = Object.values(inputs).some(
      ({ type }) => type.kind !== "variable" && fits(has, resolveType(type, {})),
    );
    const gives = Object.values(outputs).some(
      ({ type }) => type.kind !== "variable" && fits(resolveType(type, {}), needs),
    );
    if (takes && gives) return type;
  }
  return undefined;
}
