import type { WorkflowJson } from "@clipwork/engine";
import { useEffect, useMemo, useState } from "react";
import { levelOf, prefixOf, validPath } from "../document/levels.ts";
import { mapSource } from "../document/map-nodes.ts";
import { type MapPlace, pointsOf } from "../document/map-points.ts";
import { endsOn, stripsOf } from "../document/map-strips.ts";
import { isRunning } from "../editor/runs.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { type DecodedState, decodedState } from "../runs/decoded.ts";
import type { NodeShow } from "../runs/run-view.ts";
import { artifact } from "../server/artifact.ts";

type Decoded = {
  /** The node that is the place, or goes from point to point. */
  readonly node: string;
  /** Addresses of the pictures in their order, or of the only one as far as it is drawn. Empty if the shown run has none of this. */
  readonly pictures: readonly string[];
  readonly state: DecodedState;
  /** Why the shown run has none. */
  readonly failure: string | undefined;
};

/** A place of a map that the document decodes. */
export type DecodedPlace = Decoded & { readonly at: MapPlace };

/** What the document decodes between two points of a map. */
export type DecodedStrip = Decoded & { readonly items: readonly [from: number, to: number] };

/** The output that a map comes from, and what the document decodes of it; undefined and nothing if it has no such map. */
export type Places = {
  readonly map: string | undefined;
  readonly places: readonly DecodedPlace[];
  readonly strips: readonly DecodedStrip[];
};

/**
 * What is decoded of a map of `count` points that is shown at a node, with the pictures of the shown run. They belong where the run's own document had
 * them: a place that was moved since has no picture.
 */
export function usePlaces(node: string, count: number): Places {
  const { workflow, runs, offer, frames } = useEditor();
  const present = useStore(workflow, ({ history }) => history.present);
  const path = useStore(workflow, (now) => now.path);
  const catalogue = useStore(offer, (now) => now.catalogue);
  const shown = useStore(runs, (now) => now.shown);
  const running = useStore(runs, (now) => now.submitting || isRunning(now));
  const live = useStore(frames, (now) => now);
  const whole = useRunDocument();
  // Of the run's document what is inside the same instances; nothing if it has none there.
  const made = useMemo(
    () => (whole && validPath(whole, path).length === path.length ? levelOf(whole, path) : undefined),
    [whole, path],
  );
  const map = useMemo(() => mapSource(present, node, catalogue), [present, node, catalogue]);
  const partsOf = (document: WorkflowJson | undefined) => ({
    points: document && map !== undefined ? pointsOf(document, map, catalogue) : [],
    strips: document && map !== undefined ? stripsOf(document, map, catalogue) : [],
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is `partsOf` that reads map and catalogue.
  const [now, drawn] = useMemo(() => [partsOf(present), partsOf(made)], [present, made, map, catalogue]);

  return useMemo(() => {
    const decoded = (node: string, decoding: string, same: boolean): Decoded => {
      const decoder = prefixOf(path) + decoding;
      const results = same ? resultsOf(shown?.shows.get(decoder)) : [];
      const run = same ? shown?.nodes.get(decoder) : undefined;
      const soFar = same && results.length === 0 ? live[decoder]?.url : undefined;
      return {
        node,
        pictures: soFar === undefined ? results : [soFar],
        state: decodedState(results.length, run?.items.size, running),
        failure: run?.failure?.message,
      };
    };
    const places = now.points.flatMap(({ node, at, decoder }): DecodedPlace[] => {
      if (!at || decoder === undefined) return [];
      const same = drawn.points.some((one) => one.node === node && one.at?.x === at.x && one.at.y === at.y);
      return [{ at, ...decoded(node, decoder, same) }];
    });
    const strips = now.strips.flatMap((strip): DecodedStrip[] => {
      const { node, decoder } = strip;
      const items = endsOn(count, strip);
      if (!items || decoder === undefined) return [];
      const same = drawn.strips.some((one) => one.node === node && endsOn(count, one)?.join() === items.join());
      return [{ items, ...decoded(node, decoder, same) }];
    });
    return { map, places, strips };
  }, [map, count, now, drawn, path, shown, live, running]);
}

/** The addresses of the pictures that a node made in the end, in the order of its items. */
function resultsOf(made: NodeShow | undefined): readonly string[] {
  return [...(made?.values ?? [])]
    .sort((a, b) => a.item - b.item)
    .flatMap(({ view }) => (view.kind === "picture" ? [artifact(view.picture)] : []));
}

/** The document that the shown run was made from, once it is here. */
function useRunDocument(): WorkflowJson | undefined {
  const { runs } = useEditor();
  const run = useStore(runs, ({ shown }) => shown?.run);
  const [found, setFound] = useState<{ readonly run: string; readonly document: WorkflowJson }>();
  useEffect(() => {
    if (run === undefined) return;
    let gone = false;
    void runs.find(run).then((detail) => {
      if (detail && !gone) setFound({ run, document: detail.document });
    });
    return () => {
      gone = true;
    };
  }, [runs, run]);
  return found && found.run === run ? found.document : undefined;
}
