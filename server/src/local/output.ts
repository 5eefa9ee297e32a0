import type { Output, OutputFile } from "@clipwork/client/runs";
import type { AnyPlan } from "@clipwork/engine";
import { itemName } from "../outputs/item-name.ts";
import type { OutputFiles } from "../worker/worker-protocol.ts";

/** The outputs of a run in the order of its plan and of items, with their files in memory. */
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
