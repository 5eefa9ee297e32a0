import { hash } from "node:crypto";
import type { AnyPlan, NodeTypeStamp, PlanData, Unusable } from "@clipwork/engine";
import { type Pack, packDigests } from "@clipwork/models";
import { foreseeMemory, stageMemory } from "@clipwork/models/onnx";
import { isUnusable } from "../installed/load-packs.ts";
import { stagesOf } from "./memory-warnings.ts";

/**
 * What a run needs of the worker that carries it out. Each of `has` is a sentence's end that a worker either offers, word for word, or does not:
 * the version of orders, each node type as it was, each model pack as it was. `memory`: bytes that its largest stage takes on the CPU; 0 if
 * that is little.
 */
export type Needs = { readonly has: readonly string[]; readonly memory: number };

/** What a worker has. `memory`: bytes; 0 if it is not limited by that of its machine. */
export type Offer = Needs & {
  /** Those of `has` that are model packs which it has loaded. */
  readonly warm: readonly string[];
  /** How many runs it has in progress at most. */
  readonly atOnce: number;
};

/** To be raised when a worker that does not know the change would carry out a `CheckedRun` otherwise than it is meant. */
export const ordersVersion = 1;
/** Stages that take less memory than so many bytes fit anywhere. */
const littleMemory = 2 ** 30;

const orders = `orders ${ordersVersion}`;
const short = (digest: string) => digest.slice(0, 16);

/** A node type as a worker offers it and a run needs it. */
function nodeNeed(type: string, { version, origin, shape }: NodeTypeStamp): string {
  return `node ${type} ${version} ${short(shape)}${origin === undefined ? "" : ` of ${origin}`}`;
}

/** A model pack as it is, by its name and the digests of its parts. */
export function packNeed(name: string, digests: { readonly [part: string]: string }): string {
  const parts = Object.entries(digests).sort(([a], [b]) => (a < b ? -1 : 1));
  return `pack ${name} ${short(hash("sha256", JSON.stringify(parts)))}`;
}

/** What a worker has to have for a plan. The types that reading a document makes for loops are the engine's own, and no need. */
export async function needsOf(
  plan: AnyPlan,
  {
    types,
    packs,
    known,
    checked,
  }: {
    readonly types: PlanData["types"];
    readonly packs: ReadonlyMap<string, Pack | Unusable>;
    /** Whether a catalogue has that type. */
    readonly known: (type: string) => boolean;
    /** The packs that the run takes along. */
    readonly checked: { readonly [name: string]: { readonly digests: { readonly [part: string]: string } } };
  },
): Promise<Needs> {
  const nodes = Object.entries(types).flatMap(([type, stamp]) => (known(type) ? [nodeNeed(type, stamp)] : []));
  // That the pack is another one is only said of a worker that has one of this name.
  const ofPacks = Object.entries(checked).flatMap(([name, { digests }]) => [`pack ${name}`, packNeed(name, digests)]);
  return { has: [orders, ...nodes, ...ofPacks], memory: await largestStage(plan, packs) };
}

async function largestStage({ nodes }: AnyPlan, packs: ReadonlyMap<string, Pack | Unusable>): Promise<number> {
  const stages = new Map(
    nodes
      .flatMap((node) => stagesOf(node, packs))
      .map(({ pack, stage }) => [`${pack.manifest.name}/${stage}`, { pack, stage }]),
  );
  let most = 0;
  for (const { pack, stage } of stages.values())
    if ((await foreseeMemory(pack, stage, () => littleMemory))?.refused)
      most = Math.max(most, (await stageMemory(pack, stage, "cpu")).own);
  return most;
}

/** What a worker with those node types and model packs has. */
export function offerOf(
  types: { readonly [type: string]: NodeTypeStamp },
  packs: ReadonlyMap<string, Pack | Unusable>,
): readonly string[] {
  const nodes = Object.entries(types).map(([type, stamp]) => nodeNeed(type, stamp));
  const usable = [...packs].flatMap(([name, pack]) =>
    isUnusable(pack) ? [] : [`pack ${name}`, packNeed(name, packDigests(pack))],
  );
  return [orders, ...nodes, ...usable];
}

/** Why a run waits: it needs this of a worker, and no worker that takes runs now has all that it needs. */
export function lackOf(need: string): Unusable {
  const words = need.split(" ");
  const [sort, name = ""] = words;
  const origin = words[5];
  const lacks = (what: string, remedy: string) => ({ message: `It waits for a worker that has ${what}.`, remedy });
  if (sort === "memory") {
    const size = `${(Number(name) / 2 ** 30).toFixed(1)} GiB of memory`;
    return lacks(size, "Start a worker on a larger machine.");
  }
  if (sort === "pack" && words.length === 2)
    return lacks(`the model pack "${name}"`, "Install it where the workers are, or cancel the run.");
  if (sort === "pack") {
    const remedy = "Install the same packs everywhere, or start the run again if the pack was replaced.";
    return lacks(`the model pack "${name}" as it was when the run was checked`, remedy);
  }
  if (sort === "node" && origin !== undefined)
    return lacks(`the node pack ${origin}`, "Name it in the configuration of the workers.");
  const remedy = "Bring the workers up to the server's version.";
  if (sort === "node") return lacks(`the node type ${name} of this server's version`, remedy);
  return lacks("this server's version or a later one", remedy);
}
