import {
  type AnyEnvironment,
  type AnyNodeDefinition,
  fits,
  paramSocketType,
  resolveType,
  type SocketType,
} from "@clipwork/engine";
import { isBoundary } from "./levels.ts";
import type { Side } from "./links.ts";

/** A node type that the search found, and the port that a dragged link would go to. */
export type Found = { readonly definition: AnyNodeDefinition; readonly port?: string };

/** A socket looking for a partner: the side that the new node's port must have, and the type. */
export type Seek = { readonly side: Side; readonly type: SocketType };

/**
 * The node types that match the words, best first. With `seek`, only types that a link could go to are found: inputs before
 * parameters, exact kinds before wider ones, variables last.
 */
export function searchNodes(environment: AnyEnvironment, words: string, seek?: Seek): readonly Found[] {
  const typed = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = searchWords(environment, typed, seek);
  // Our own words come first: a synonym is tried only if they find nothing.
  return found.length > 0
    ? found
    : searchWords(
        environment,
        typed.map((word) => synonyms[word] ?? word),
        seek,
      );
}

function searchWords(environment: AnyEnvironment, wanted: readonly string[], seek?: Seek): readonly Found[] {
  const found: { found: Found; rank: number }[] = [];
  for (const definition of environment.catalogue.values()) {
    if (isBoundary(definition.type)) continue;
    const text = matchRank(definition, wanted);
    if (text === undefined) continue;
    if (!seek) {
      found.push({ found: { definition }, rank: text });
      continue;
    }
    const fit = bestPort(definition, seek);
    if (fit) found.push({ found: { definition, port: fit.port }, rank: text * 10 + fit.rank });
  }
  return found
    .sort((a, b) => a.rank - b.rank || (a.found.definition.title < b.found.definition.title ? -1 : 1))
    .map(({ found }) => found);
}

/** What people from other programs type, and the word of ours that stands for it. */
const synonyms: { readonly [word: string]: string } = {
  upscale: "upsampler",
  upscaler: "upsampler",
  superresolution: "upsampler",
  ksampler: "decoder",
  denoise: "decoder",
  unet: "decoder",
  vae: "latent",
  cfg: "guidance",
  batch: "seeds",
  xy: "product",
  upscaling: "upsampler",
  enhance: "upsampler",
  photo: "image",
  blend: "between",
  interpolate: "between",
  lerp: "between",
  txt2img: "decoder",
  img2img: "vary",
  caption: "prompt",
  string: "text",
  export: "save",
  variation: "vary",
};

/** 0 if the title begins with the words, more if they are found elsewhere, undefined if one is missing. */
function matchRank({ title, type, summary }: AnyNodeDefinition, words: readonly string[]): number | undefined {
  let rank = 0;
  for (const word of words) {
    if (title.toLowerCase().startsWith(word)) continue;
    if (title.toLowerCase().includes(word)) rank += 1;
    else if (type.includes(word)) rank += 2;
    else if (summary.toLowerCase().includes(word)) rank += 3;
    else return undefined;
  }
  return rank;
}

/** The port of the node type that suits the link best, with its rank, 0 the best. */
export function bestPort(
  definition: AnyNodeDefinition,
  { side, type }: Seek,
): { readonly port: string; readonly rank: number } | undefined {
  const ports: { port: string; rank: number }[] = [];
  const consider = (port: string, theirs: SocketType | undefined, extra: number) => {
    if (!theirs) return;
    const open = resolveType(theirs, {});
    if (!(side === "input" ? fits(type, open) : fits(open, type))) return;
    ports.push({ port, rank: extra + (open.kind === type.kind ? 0 : open.kind === "variable" ? 4 : 1) });
  };
  if (side === "input") {
    for (const [port, { type }] of Object.entries(definition.inputs)) consider(port, type, 0);
    for (const [name, param] of Object.entries(definition.params)) consider(name, paramSocketType(param), 2);
  } else for (const [port, { type }] of Object.entries(definition.outputs)) consider(port, type, 0);
  return ports.sort((a, b) => a.rank - b.rank)[0];
}
