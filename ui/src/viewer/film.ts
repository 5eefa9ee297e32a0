import type { Catalogue, WorkflowJson } from "@clipwork/engine";
import type { Hash, ItemSetting, RunOutput, View } from "@clipwork/server/wire";
import { seedBehind } from "../document/made-with.ts";
import type { NodeShow, ShownRun } from "../runs/run-view.ts";

/** One item that a node of a run made. */
export type FilmFrame = {
  readonly run: string;
  readonly node: string;
  readonly item: number;
  readonly view: View;
  readonly output?: RunOutput;
  /** What links put into parameters for it. */
  readonly settings: readonly ItemSetting[];
  /** The picture that it is, if it is one. */
  readonly picture?: FilmPicture;
};

/** `whole`: the picture as it was kept, to the last bit; else it is a smaller one, with loss, of that size. */
export type FilmPicture = {
  readonly hash: Hash;
  readonly thumbnail: Hash;
  readonly width: number;
  readonly height: number;
  readonly whole: boolean;
};

/** All pictures of a run, node by node in the order in which they came, and all that `node` made, whatever it is. */
export function filmOf(run: ShownRun, node: string): readonly FilmFrame[] {
  return [...run.shows].flatMap(([id, show]) =>
    itemsOf(run.run, id, show).filter(({ picture }) => picture !== undefined || id === node),
  );
}

/** What a node made, by item: its output, else its first value. */
export function itemsOf(run: string, node: string, { outputs, values }: NodeShow): readonly FilmFrame[] {
  const byItem = new Map<number, FilmFrame>();
  for (const output of outputs) {
    const { item, view, settings = [] } = output;
    if (!byItem.has(item)) byItem.set(item, { run, node, item, view, output, settings, ...pictureOf(view, output) });
  }
  for (const { item, view, settings = [] } of values)
    if (!byItem.has(item)) byItem.set(item, { run, node, item, view, settings, ...pictureOf(view) });
  return [...byItem.values()].sort((a, b) => a.item - b.item);
}

function pictureOf(view: View, output?: RunOutput): { readonly picture?: FilmPicture } {
  if (view.kind !== "picture") return {};
  const { picture: hash, width, height } = view;
  if (!output?.picture) return { picture: { hash, thumbnail: hash, width, height, whole: false } };
  return {
    picture: {
      hash: output.picture,
      thumbnail: output.thumbnail ?? hash,
      width: output.width ?? width,
      height: output.height ?? height,
      whole: true,
    },
  };
}

/**
 * What tells an item from the others of its node, in few words such as "scale 2, seed 8": its seed, and the settings that are not the same
 * for all of them.
 */
export function wordsOf(
  frame: FilmFrame,
  film: readonly FilmFrame[],
  document: WorkflowJson | undefined,
  catalogue: Catalogue,
): string {
  const others = film.filter(({ node }) => node === frame.node);
  const isSeed = ({ node, param }: ItemSetting) =>
    catalogue.get(document?.nodes[node]?.type ?? "")?.params[param]?.kind === "seed";
  const varies = (setting: ItemSetting) =>
    others.some(({ settings }) => settings.every((other) => !isEqual(setting, other)));
  const own = frame.settings.filter((setting) => varies(setting) && !isSeed(setting));
  const seed = document && seedBehind(document, frame.node, catalogue, frame.settings);
  const words = own.map(({ param, value }) => `${param} ${settingText(value)}`);
  return [...words, ...(seed === undefined ? [] : [`seed ${seed}`])].join(", ");
}

/** A setting's value in few signs. */
export function settingText(value: ItemSetting["value"]): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  return typeof value === "boolean" ? (value ? "on" : "off") : value.length > 40 ? `${value.slice(0, 40)}…` : value;
}

function isEqual(a: ItemSetting, b: ItemSetting): boolean {
  return a.node === b.node && a.param === b.param && a.value === b.value;
}
