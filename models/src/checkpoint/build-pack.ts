import { hash } from "node:crypto";
import { realpath, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Origin } from "../manifest/head.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import type { FileHashes } from "../pack/file-hashes.ts";
import { type Bound, bindGraph } from "./bind-graph.ts";
import type { PackDraft, StageDraft } from "./draft.ts";
import { writeInt8 } from "./int8-weights.ts";
import type { Network } from "./network.ts";
import { type Placed, type Placing, placeFile, weightsName } from "./place-weights.ts";

export type Building = {
  readonly folder: string;
  readonly name: string;
  readonly licence: string;
  readonly origin: Origin | undefined;
  /** The published files, or new ones in which linear layers and convolutions have 8-bit weights. */
  readonly placing: Placing | "int8";
  readonly hashes: FileHashes;
  /** The id of the CLIP space of a text's captions, by the text's id; undefined if nothing says. */
  readonly spaceOf: (text: string) => string | undefined;
  /** A file of weights is about to be placed and hashed. */
  readonly onFile: (file: string) => void;
  readonly signal: AbortSignal | undefined;
};

/** A pack that was written. */
export type Built = {
  readonly manifest: Manifest;
  readonly placed: readonly Placed[];
  /** Bytes of the files that were written, which are all but the weights. */
  readonly written: number;
};

/** Writes a pack into an empty folder: weights first, then the graphs that lead to them, the tokenizers, and the manifest last. */
export async function buildPack(draft: PackDraft, building: Building): Promise<Built> {
  const { folder, name, licence, origin } = building;
  let written = 0;
  const write = async (file: string, content: Uint8Array | string) => {
    building.signal?.throwIfAborted();
    await writeFile(join(folder, file), content, { flush: true });
    written += Buffer.byteLength(content);
    return { file, sha256: hash("sha256", content) };
  };

  const { published, weightsOf } = await placeAll(draft, building);
  const placed = new Map<string, Placed>();
  const stages: { [name: string]: object } = {};
  for (const [stage, { network, section }] of Object.entries(draft.stages)) {
    const { template, graph } = network;
    const { data, bound } = await weightsOf(stage, network);
    for (const one of data) placed.set(one.file, one);
    const names = Object.fromEntries(data.map(({ from, file }) => [from, file]));
    const own = await write(`${stage}.onnx`, bindGraph(graph.bytes, bound, names));
    const externalData = data.map(({ file, sha256 }) => ({ file, sha256 }));
    stages[stage] = { role: template.role, ...own, externalData, ...section };
  }

  const texts: { [name: string]: object } = {};
  const ids: { [text: string]: string } = {};
  const several = Object.keys(draft.texts).length > 1;
  for (const [text, { id, tokenizer, ...sizes }] of Object.entries(draft.texts)) {
    const file = await write(several ? `tokenizer-${text}.json` : "tokenizer.json", JSON.stringify(tokenizer.json));
    const encoder = stageOf(draft, "text-encoder", "text", text);
    ids[text] = id ?? (encoder ? identityOf(encoder, published) : text);
    texts[text] = { id: ids[text], tokenizer: { ...file, ...tokenizer.tokens }, ...sizes };
  }

  const spaces: { [name: string]: object } = {};
  for (const [space, { id: given, text, ...rest }] of Object.entries(draft.spaces)) {
    const encoder = stageOf(draft, "image-encoder", "space", space);
    const known = given ?? (text === undefined ? undefined : building.spaceOf(ids[text]!));
    const id = known ?? (encoder ? identityOf(encoder, published) : ids[text!]!);
    spaces[space] = { id, ...rest };
  }

  const latents = Object.fromEntries(
    Object.entries(draft.latents ?? {}).map(([latent, rest]) => {
      const decoder = stageOf(draft, "latent-decoder", "latent", latent)!;
      return [latent, { id: identityOf(decoder, published), ...rest }];
    }),
  );

  const head = {
    format: "clipwork-pack/2",
    name,
    title: building.placing === "int8" ? `${draft.title} (8-bit weights)` : draft.title,
    version: "1",
    licence,
    ...(origin && { origin }),
  };
  const json = { ...head, spaces, texts, ...(draft.latents ? { latents } : {}), vocabulary: {}, stages };
  const manifest = readManifest(json);
  await write("manifest.json", `${JSON.stringify(json, undefined, 1)}\n`);
  return { manifest, placed: [...placed.values()], written };
}

type Weights = {
  /** The sha256 of each published file of weights, by its path. */
  readonly published: ReadonlyMap<string, string>;
  /** The files of a stage's weights in the pack, and where its parameters lie in them. */
  readonly weightsOf: (
    stage: string,
    network: Network,
  ) => Promise<{ readonly data: readonly Placed[]; readonly bound: ReadonlyMap<string, Bound> }>;
};

/** Puts the weights into the pack: every published file once, however many stages take from it, or a file of 8-bit weights a stage. */
async function placeAll(draft: PackDraft, building: Building): Promise<Weights> {
  const { folder, placing, hashes, onFile, signal } = building;
  const placed = new Map<string, Placed>();
  const published = new Map<string, string>();
  for (const [stage, { network }] of Object.entries(draft.stages)) {
    const { files } = network.weights;
    for (const path of files) {
      if (published.has(path)) continue;
      signal?.throwIfAborted();
      onFile(path);
      if (placing !== "int8")
        placed.set(path, await placeFile(path, { folder, file: weightsName(stage, path, files) }, placing, hashes));
      published.set(path, placed.get(path)?.sha256 ?? (await hashes.of(await realpath(path))));
    }
  }
  if (placing !== "int8") {
    return {
      published,
      weightsOf: async (_, { weights, match }) => ({
        data: weights.files.map((path) => placed.get(path)!),
        bound: match.bound,
      }),
    };
  }
  return {
    published,
    async weightsOf(stage, { graph, match }) {
      const file = `${stage}.int8.safetensors`;
      const from = join(folder, file);
      const bound = await writeInt8(graph.bytes, match.bound, from, signal);
      const data = [{ from, file, sha256: await hashes.of(from), bytes: (await stat(from)).size }];
      return { data, bound };
    },
  };
}

function stageOf({ stages }: PackDraft, role: string, field: string, name: string): StageDraft | undefined {
  return Object.values(stages).find(
    ({ network, section }) => network.template.role === role && section[field] === name,
  );
}

/** What identifies an encoder or an autoencoder: the sha256 of its weights as they were published, of the list of theirs if they are several files. */
function identityOf({ network }: StageDraft, published: ReadonlyMap<string, string>): string {
  const hashes = network.weights.files.map((path) => published.get(path)!);
  return hashes.length === 1 ? hashes[0]! : hash("sha256", hashes.join("\n"));
}
