import { useEffect, useState } from "react";
import type { Size } from "../canvas/geometry.ts";
import type { End } from "../document/edit.ts";
import { assetHash } from "../document/environment.ts";
import { pictureUnder } from "../document/picture-under.ts";
import { sourceInside } from "../editor/seen-inside.ts";
import { usePage } from "../editor/use-editor.ts";
import { artifact } from "../server/artifact.ts";
import { loadImage, readPainted } from "./paint-canvas.ts";

/** What is painted on: a file's size, the picture that lies under it and what the file holds, if there is such. */
export type PaintedOn = {
  readonly size: Size;
  readonly under: string | undefined;
  readonly before: HTMLCanvasElement | undefined;
};

/** Pixels of a side of a file that belongs to no picture. */
const plainSide = 256;

/**
 * What a parameter's file is painted on: as large as the picture that it belongs to is or will be, else as the file is now. Undefined
 * until all of it is loaded.
 */
export function usePaintedOn({ node, port }: End): PaintedOn | undefined {
  const page = usePage();
  const [found, setFound] = useState<PaintedOn>();
  useEffect(() => {
    const { workflow, offer, runs, messages } = page;
    const missing = (what: string) => () => void messages.say(`${what} could not be loaded.`, { tone: "error" });
    const present = workflow.present();
    const source = pictureUnder(present, node, offer.get().catalogue);
    const ran = source && sourceInside(workflow.get(), source, runs.get().shown);
    const value =
      ran &&
      [...(runs.get().shown?.shows.get(ran.node)?.values ?? [])].find((one) => one.item === 0 && one.port === ran.port)
        ?.view;
    const hash = assetHash(present.nodes[node]?.params?.[port]);
    let gone = false;
    void (async () => {
      const before =
        hash === undefined ? undefined : await readPainted(artifact(hash)).catch(missing("What was painted before"));
      if (value?.kind === "picture") return { size: value, under: artifact(value.picture), before };
      const file = source && fileOf(present.nodes[source.node]?.params);
      const image =
        file === undefined ? undefined : await loadImage(artifact(file)).catch(missing("The picture to paint on"));
      if (image) return { size: { width: image.naturalWidth, height: image.naturalHeight }, under: image.src, before };
      const expected = source && page.problems.get().sizeOf(source.node);
      return { size: expected ?? before ?? { width: plainSide, height: plainSide }, under: undefined, before };
    })().then(({ size: { width, height }, under, before }) => {
      if (!gone) setFound({ size: { width, height }, under, before });
    });
    return () => {
      gone = true;
    };
  }, [page, node, port]);
  return found;
}

/** The uploaded file that a node of those parameters reads. */
function fileOf(params: object = {}): string | undefined {
  return Object.values(params)
    .map(assetHash)
    .find((hash) => hash !== undefined);
}
