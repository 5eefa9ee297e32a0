import { hash } from "node:crypto";
import type { Catalogue, Environment, FileFacts, Unusable } from "@clipwork/engine";
import type { Pack } from "@clipwork/models";
import { type NodeServices, packFacts } from "@clipwork/nodes";
import { isUnusable } from "../installed/load-packs.ts";
import type { LocalFile } from "../worker/worker-protocol.ts";

/** SHA-256 of a text, as the engine asks for it. */
export const sha256 = (text: string): string => hash("sha256", text, "hex");

/** What the engine has to know to check a workflow here, and to fingerprint its results. */
export function buildEnvironment(parts: {
  readonly catalogue: Catalogue<NodeServices>;
  readonly packs: ReadonlyMap<string, Pack | Unusable>;
  readonly files: { readonly [name: string]: LocalFile | Unusable };
  readonly numerics: string;
}): Environment<NodeServices> {
  const facts = [...parts.packs].map(([name, pack]) => [name, isUnusable(pack) ? pack : packFacts(pack)] as const);
  return {
    catalogue: parts.catalogue,
    packs: Object.fromEntries(facts),
    files: Object.fromEntries(
      Object.entries(parts.files).map(([name, file]) => [name, "message" in file ? file : fileFacts(file)]),
    ),
    numerics: parts.numerics,
    hash: sha256,
  };
}

function fileFacts({ digest, entries, size }: LocalFile): FileFacts {
  return { digest, ...(entries && { folder: true as const }), ...(size && { facts: size }) };
}
