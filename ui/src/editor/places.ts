import { isLive, type WorkflowJson } from "@clipwork/engine";
import { targetsFor } from "../document/map-nodes.ts";
import { addPoint, type MapPlace, movePoint, pointsOf } from "../document/map-points.ts";
import { addStrip, moveStrip, stripsOf } from "../document/map-strips.ts";
import type { Messages } from "./messages.ts";
import type { Offer } from "./offer.ts";
import type { Runs } from "./runs.ts";
import type { OpenWorkflow } from "./workflow.ts";

/** What of a map is to be decoded: a place, or what lies between two of its points. */
export type Wanted = { readonly at: MapPlace } | { readonly from: number; readonly to: number };

/** Decodes parts of a map through nodes of the document, so that a saved workflow and a run show the same again. */
export type Places = {
  /**
   * Moves the document's place or strip of the map there, as one step to undo, and runs what its pictures need. Returns false, and
   * changes nothing, if the document has no such nodes that can be moved.
   */
  decode(map: string, wanted: Wanted): boolean;
  /** Adds the nodes that decode it, as one step to undo, and decodes it. */
  add(map: string, wanted: Wanted): void;
};

type Needs = {
  readonly workflow: OpenWorkflow;
  readonly offer: Offer;
  readonly runs: Runs;
  readonly messages: Messages;
};

export function createPlaces({ workflow, offer, runs, messages }: Needs): Places {
  const { present, edit } = workflow;
  /** The run that was submitted last, and what is to run as soon as it has been. */
  let mine: string | undefined;
  let next: readonly string[] | undefined;
  let submitting = false;

  /** Whether a run has not ended, as far as is known. */
  function lasts(run: string): boolean {
    const state = runs.get().list.find(({ id }) => id === run)?.state;
    return state !== undefined && isLive(state);
  }

  /** Whoever clicks again does not wait for what was clicked before. */
  async function run(targets: readonly string[]): Promise<void> {
    next = targets;
    if (submitting) return;
    submitting = true;
    try {
      while (next) {
        const now = next;
        next = undefined;
        if (mine !== undefined && lasts(mine)) await runs.cancel(mine);
        mine = await runs.submit(now);
      }
    } finally {
      submitting = false;
    }
  }

  const catalogue = () => offer.get().catalogue;

  /** The document with the first nodes that can decode it set to it, and the decoder; undefined if there are none. */
  function moved(
    map: string,
    wanted: Wanted,
  ): { readonly document: WorkflowJson; readonly decoder: string } | undefined {
    if ("at" in wanted) {
      for (const { node, at, decoder } of pointsOf(present(), map, catalogue()))
        if (at && decoder !== undefined) return { document: movePoint(present(), node, wanted.at), decoder };
      return undefined;
    }
    for (const strip of stripsOf(present(), map, catalogue())) {
      const { items, decoder } = strip;
      if (items && decoder !== undefined)
        return { document: moveStrip(present(), strip, wanted.from, wanted.to), decoder };
    }
    return undefined;
  }

  function decode(map: string, wanted: Wanted): boolean {
    const found = moved(map, wanted);
    if (!found) return false;
    edit(() => found.document);
    void run(targetsFor(found.document, found.decoder, catalogue()));
    return true;
  }

  return {
    decode,
    add(map, wanted) {
      const added =
        "at" in wanted
          ? addPoint(present(), map, wanted.at, catalogue())
          : addStrip(present(), map, wanted.from, wanted.to, catalogue());
      if (added) edit(() => added);
      if (!added || !decode(map, wanted))
        messages.say("This server has no nodes that decode a part of a map.", { tone: "error" });
    },
  };
}
