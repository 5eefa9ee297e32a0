import type { Hash } from "@clipwork/server/wire";
import type { NodeShow } from "../runs/run-view.ts";
import { pictureOf } from "../views/show-view.tsx";

/** The picture of each item that a node has made, in their order: what it became, else its newest step. */
export function picturesOf({ outputs, values, latest }: NodeShow): readonly Hash[] {
  const byItem = new Map<number, Hash>();
  const put = (item: number, picture: Hash | undefined) => picture !== undefined && byItem.set(item, picture);
  for (const [, { item, view }] of latest) put(item, pictureOf(view));
  for (const { item, view } of values) put(item, pictureOf(view));
  for (const { item, thumbnail } of outputs) put(item, thumbnail);
  return [...byItem].sort(([a], [b]) => a - b).map(([, picture]) => picture);
}
