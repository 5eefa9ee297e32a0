import { PackError } from "@clipwork/models";
import { chooseWeights, fromPickle, importable, openClipFile, type WeightVariant } from "@clipwork/models/checkpoint";
import { isPlainName } from "./connection/names.ts";
import { licenceFiles } from "./licence.ts";
import type { Listing, RemoteFile } from "./listing.ts";

/** The files of a repository that an import reads. */
export type Choice = {
  /** Configurations, tokenizers, licence: small. */
  readonly texts: readonly RemoteFile[];
  readonly weights: readonly RemoteFile[];
};

/** Parts of pipelines that no import reads. */
const unread: readonly string[] = ["safety_checker", "watermarker"];

/** Texts of a network that an import reads. */
export const networkTexts: readonly string[] = [
  ...["config.json", "scheduler_config.json", "preprocessor_config.json", "tokenizer_config.json"],
  ...["special_tokens_map.json", "added_tokens.json", "tokenizer.json", "vocab.json", "merges.txt"],
];
/** What is said about the whole. */
export const aboutTexts: readonly string[] = ["README.md", ...licenceFiles];

/** What says what a repository is, the first that there is. */
const firstNames: readonly string[] = ["model_index.json", "config.json", openClipFile];

/** A file that is read before the others are known: the pipeline's list of parts, or the configuration of one network. */
export function firstFile({ files, repository }: Listing): RemoteFile {
  const found = firstNames.find((name) => files.has(name));
  if (found !== undefined) return files.get(found)!;
  const pickle = [...files.keys()].find((name) => /\.(bin|pth|pt|ckpt)$/.test(name));
  if (pickle !== undefined && ![...files.keys()].some((name) => name.endsWith(".safetensors")))
    throw onlyPickle(repository.id, pickle);
  throw new PackError(
    `${repository.id} is no checkpoint that can be read: it has none of ${firstNames.join(", ")}.`,
    "Name the repository that holds all parts of the checkpoint, as diffusers or transformers wrote it.",
  );
}

/**
 * What to download of a repository: the texts of each part, and its weights as `.safetensors`; those of `variant` where there are such.
 * `first` is the content of its first file. Throws PackError if it cannot be imported, or has its weights as pickles alone.
 */
export function chooseFiles(listing: Listing, first: unknown, variant?: WeightVariant): Choice {
  const { files, repository } = listing;
  const { id } = repository;
  const head = firstFile(listing);
  const pipeline = head.path === "model_index.json";
  if (typeof first !== "object" || first === null || Array.isArray(first))
    throw new PackError(`${head.path} of ${id} is not an object of JSON.`, "Use another revision.");
  const names = { where: id, file: `${head.path} of ${id}`, pipeline };
  // A folder of open_clip is a CLIP, and says nothing of a class.
  const open = head.path === openClipFile;
  const components = open ? [] : importable(first as Record<string, unknown>, names).components;
  const folders = pipeline ? [...components].filter((name) => !unread.includes(name)) : [""];
  const plain = [...files.keys()].filter(isPlainName);
  const texts = plain.filter((path) => aboutTexts.includes(path) || path === head.path);
  const weights: string[] = [];
  let ofVariant = false;
  for (const folder of folders) {
    const start = folder === "" ? "" : `${folder}/`;
    const names = plain.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
    const inside = new Set(names.filter((name) => !name.includes("/")));
    if (inside.size === 0)
      throw new PackError(`${id} has no folder ${folder}, which its ${head.path} names.`, "Use another revision.");
    texts.push(...[...inside].filter((name) => networkTexts.includes(name)).map((name) => start + name));
    const choice = chooseWeights(inside, variant);
    if (choice?.kind === "pickle") throw onlyPickle(id, start + choice.name);
    if (choice?.kind === "shards") texts.push(start + choice.index);
    const chosen = choice === undefined ? [] : choice.kind === "file" ? [choice.name] : shardsOf(choice.index, inside);
    if (variant !== undefined && chosen.some((name) => new RegExp(`\\.${variant}[.-]`).test(name))) ofVariant = true;
    weights.push(...chosen.map((name) => start + name));
  }
  if (weights.length === 0)
    throw new PackError(`${id} has no weights: none of its files ends in .safetensors.`, "Use another repository.");
  if (variant !== undefined && !ofVariant)
    throw new PackError(`${id} has no weights of the variant ${variant}.`, "Leave out --variant.");
  const find = (paths: readonly string[]) => [...new Set(paths)].map((path) => files.get(path)!);
  return { texts: find(texts), weights: find(weights) };
}

/** The shards that belong to an index, by their names: the import compares them with what the index says. */
function shardsOf(index: string, names: ReadonlySet<string>): readonly string[] {
  const [, stem = "", variant = ""] =
    /^(.+?)(?:\.(fp16|bf16))?\.safetensors\.index(?:\.(?:fp16|bf16))?\.json$/.exec(index) ?? [];
  const ending = variant || /\.index\.(fp16|bf16)\.json$/.exec(index)?.[1] || "";
  const plain = (text: string) => text.replaceAll(".", "\\.");
  const dotted = ending === "" ? "" : plain(`.${ending}`);
  const number = "-\\d+-of-\\d+";
  const shard = new RegExp(`^${plain(stem)}(${dotted}${number}|${number}${dotted})\\.safetensors$`);
  return [...names].filter((name) => shard.test(name));
}

function onlyPickle(id: string, path: string): PackError {
  return new PackError(
    `${id} has its weights as a pickle, ${path}, which may carry code and is not downloaded.`,
    `Download it yourself if you trust it, make safetensors of it (${fromPickle(path)}), and add the folder.`,
  );
}
