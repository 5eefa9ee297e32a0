import type { Graph, Places } from "../arrange/graph.ts";
import { freeSpot } from "../canvas/free-spot.ts";
import { type Box, boxAround, boxAt } from "../canvas/geometry.ts";
import { hasPlace, moveNodes } from "../document/edit.ts";
import { linksOf } from "../document/links.ts";
import { thousands } from "../runs/words.ts";
import type { Canvas } from "./canvas.ts";
import { type Card, cardOf, cardsIn, placesOfCards } from "./cards.ts";
import type { Messages } from "./messages.ts";
import type { Ports } from "./ports.ts";
import type { Progress } from "./progress.ts";
import type { OpenWorkflow } from "./workflow.ts";

/** Puts nodes in stages from left to right, as one step to undo. */
export type Arranging = {
  /** Arranges the selected nodes if they are several, else all of them, and shows them. */
  arrange(): Promise<void>;
  /** Arranges the nodes of the open document that have no place, as those of a file written by hand, beside those that have one. */
  placeNew(): Promise<void>;
};

type Needs = {
  readonly workflow: OpenWorkflow;
  readonly canvas: Canvas;
  readonly messages: Messages;
  readonly progress: Progress;
  /** Places for the cards of a graph, from (0, 0) on. */
  readonly arrange: Ports["arrange"];
};

/** From so many cards on it is said that they are arranged; milliseconds that each of them takes. */
const many = 1_000;
const msEach = 0.4;

export function createArranging({ workflow, canvas, messages, progress, arrange }: Needs): Arranging {
  const { present, edit } = workflow;

  /** Moves the nodes to where they are arranged, with the corner of the block as near to `corner` as is free of other cards. */
  async function lay(ids: ReadonlySet<string>, corner: { readonly x: number; readonly y: number }): Promise<boolean> {
    const boxes = canvas.get().view?.boxes() ?? new Map<string, Box>();
    const before = present();
    const drawn = cardsIn(before, new Map([...boxes].filter(([id]) => ids.has(id))));
    const { opened } = workflow.get();
    const places = await arrangedUnlessCancelled(graphOf(drawn));
    if (!places || workflow.get().opened !== opened) return false;
    const block = boxAround([...places].map(([id, place]) => boxAt(place, sizeOf(drawn.get(id)!.box))));
    if (!block) return false;
    const hidden = new Set([...drawn.values()].flatMap(({ members }) => members));
    const others = [...boxes].filter(([id]) => !hidden.has(id)).map(([, box]) => box);
    const { x, y } = freeSpot(boxAt(corner, sizeOf(block)), others);
    const corners = new Map([...places].map(([id, at]) => [id, { x: x + at.x, y: y + at.y }]));
    const moved = placesOfCards(before, drawn, corners);
    edit((now) => moveNodes(now, new Map([...moved].filter(([id]) => Object.hasOwn(now.nodes, id)))));
    return true;
  }

  /** Places for the cards; undefined, with a message, if somebody does not want to wait for them. */
  async function arrangedUnlessCancelled(graph: Graph): Promise<Places | undefined> {
    const count = graph.cards.length;
    if (count < many) return arrange(graph);
    const step = progress.begin(`Arranging ${thousands(count)} nodes`);
    try {
      const goesOn = await step.say({ seconds: (count * msEach) / 1_000 });
      const places = goesOn ? await arrange(graph, step.signal) : undefined;
      if (!places) messages.say("The nodes stay where they are.", { more: "Press Shift+A to arrange them." });
      return places;
    } finally {
      step.end();
    }
  }

  function graphOf(cards: ReadonlyMap<string, Card>): Graph {
    const cardWith = cardOf(present());
    return {
      cards: [...cards].map(([id, { box }]) => ({ id, ...sizeOf(box) })),
      links: linksOf(present()).map(({ from, to }) => ({ from: cardWith(from.node), to: cardWith(to.node) })),
    };
  }

  const all = () => Object.keys(present().nodes);

  return {
    async arrange() {
      const { view } = canvas.get();
      const { selection } = workflow.get();
      const some = selection.size > 1;
      const ids = some ? selection : new Set(all());
      const before = boxAround([...(view?.boxes() ?? [])].filter(([id]) => ids.has(id)).map(([, box]) => box));
      if (!view || !before) return;
      try {
        if (!(await lay(ids, { x: before.left, y: before.top }))) return;
        await view.drawn();
        if (some) await view.reveal(...ids);
        else await view.begin();
      } catch (error) {
        messages.fail(error);
      }
    },
    async placeNew() {
      const { view } = canvas.get();
      const bare = new Set(all().filter((id) => !hasPlace(present(), id)));
      if (!view || bare.size === 0) return;
      const placed = boxAround([...view.boxes()].filter(([id]) => !bare.has(id)).map(([, box]) => box));
      try {
        await lay(bare, placed ? { x: placed.left, y: placed.bottom } : { x: 0, y: 0 });
        await view.drawn();
      } catch (error) {
        messages.fail(error);
      }
    },
  };
}

function sizeOf({ left, top, right, bottom }: Box): { readonly width: number; readonly height: number } {
  return { width: right - left, height: bottom - top };
}
