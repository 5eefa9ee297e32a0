import type { AnyCatalogue, NodeJson } from "@clipwork/engine";
import { assetHash } from "./environment.ts";

/** The uploaded picture that a node reads, so that its card can show it before a run; undefined if none is chosen. */
export function chosenPicture({ type, params = {} }: NodeJson, catalogue: AnyCatalogue): string | undefined {
  const files = Object.entries(catalogue.get(type)?.params ?? {}).filter(
    ([, param]) => param.kind === "file" && param.array !== true,
  );
  return files.map(([name]) => assetHash(params[name])).find((hash) => hash !== undefined);
}
