import type { AnyPlan } from "@clipwork/engine";
import { itemName } from "../outputs/item-name.ts";
import type { OutputFiles } from "../worker/worker-protocol.ts";

/** One file that an output made, in memory. */
export type OutputFile = {
  /** A name for it, with its ending. Two outputs may choose the same. */
  readonly name: string;
  readonly media: string;
  /** In bytes. */
  readonly size: number;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
};

/** What one item of an output made. */
export type Output = {
  readonly node: string;
  readonly item: number;
  /** The kind of the value: "image", "table", "plot" … */
  readonly kind: string;
  /** The first is the one that people open. */
  readonly files: readonly OutputFile[];
  /** The PNG among them, if there is one. It carries the workflow. */
  readonly picture?: OutputFile;
};

/** The outputs of a run in the order of its plan and of items. */
export function readOutputs(made: readonly OutputFiles[], plan: AnyPlan): readonly Output[] {
  const places = new Map(plan.nodes.map(({ id }, place) => [id, place]));
  const place = ({ node }: OutputFiles) => places.get(node)!;
  return made.toSorted((a, b) => place(a) - place(b) || a.item - b.item).map(readOutput);
}

function readOutput({ node, item, items, name, kind, files: made }: OutputFiles): Output {
  const files = made.map(
    ({ ending, media, bytes }): OutputFile => ({
      name: `${itemName(name, item, items)}${ending}`,
      media,
      size: bytes.byteLength,
      bytes: async () => new Uint8Array(bytes),
    }),
  );
  const picture = files[made.findIndex((file) => file.picture)];
  return { node, item, kind, files, ...(picture && { picture }) };
}
