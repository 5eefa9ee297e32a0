import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { NodePackJson } from "../wire/wire.ts";
import type { LoadedNodePack } from "./node-library.ts";

/** Bytes of a package.json that are read: one of more is described by its folder alone. */
const maxBytes = 2 ** 20;
/** Characters of a field of it that are shown. */
const maxText = 500;

type Package = { readonly [field: string]: unknown };

/** The node packs as their files describe them, without running any of their code. */
export function describeNodePacks(packs: readonly LoadedNodePack[]): Promise<readonly NodePackJson[]> {
  return Promise.all(packs.map(describeNodePack));
}

async function describeNodePack(pack: LoadedNodePack): Promise<NodePackJson> {
  const { name, version, description, author, license, homepage } = await packageOf(pack.place);
  const person = typeof author === "object" && author !== null ? (author as Package).name : author;
  const terms = typeof license === "object" && license !== null ? (license as Package).type : license;
  // "Name <mail> (page)"
  const who = typeof person === "string" ? person.split(/[<(]/, 1)[0] : undefined;
  const texts = { version, description, author: who, licence: terms, homepage: webAddress(homepage) };
  const shown = Object.entries(texts).flatMap(([field, value]) => {
    const text = textOf(value);
    return text === undefined ? [] : [[field, text] as const];
  });
  return {
    name: textOf(name) ?? basename(pack.place),
    folder: pack.place,
    ...Object.fromEntries(shown),
    types: "types" in pack ? pack.types : [],
    ...("problem" in pack && { unusable: { message: pack.problem.message, remedy: pack.problem.remedy } }),
  };
}

/** What the pack's package.json says; nothing if it cannot be read, which is why the pack is not used then. */
async function packageOf(place: string): Promise<Package> {
  const file = join(place, "package.json");
  try {
    const { size } = await stat(file);
    if (size > maxBytes) return {};
    const json: unknown = JSON.parse(await readFile(file, "utf8"));
    return typeof json === "object" && json !== null ? (json as Package) : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, maxText) : undefined;
}

/** The address if a browser may be sent there. */
function webAddress(value: unknown): string | undefined {
  return typeof value === "string" && /^https?:$/.test(URL.parse(value)?.protocol ?? "") ? value : undefined;
}
