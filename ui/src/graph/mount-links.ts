import type { Point } from "../canvas/geometry.ts";
import type { End } from "../document/edit.ts";
import type { Anchors } from "./anchors.ts";
import { drawLink, type LinkElement } from "./link-element.ts";
import type { Hanging, LinkLayer } from "./link-layer.ts";

/** A link as Rete has it; `isPseudo` while it is being dragged. */
export type LinkData = {
  readonly id: string;
  readonly source: string;
  readonly sourceOutput: string;
  readonly target: string;
  readonly targetInput: string;
  readonly isPseudo?: boolean;
};

/** What Rete renders of a link; `start` or `end` says where the pointer is that drags it. */
type Rendered = {
  readonly element: HTMLElement;
  readonly payload: LinkData;
  readonly start?: Point;
  readonly end?: Point;
};

/** Draws links into the elements that Rete makes for them, hangs them on their sockets and lays them in the layer. */
export function createLinkMounting(anchors: Anchors, layer: LinkLayer, kind: (end: End) => string) {
  const links = new Map<HTMLElement, { readonly drawn: LinkElement; readonly hanging: Hanging }>();
  return {
    /** Draws the link, or follows the pointer that drags it. Returns what takes a new one away again. */
    mount({ element, payload, start, end }: Rendered): (() => void) | undefined {
      const from = { node: payload.source, port: payload.sourceOutput, side: "output" } as const;
      const to = { node: payload.target, port: payload.targetInput, side: "input" } as const;
      let link = links.get(element);
      let unmount: (() => void) | undefined;
      if (!link) {
        element.classList.add("link-frame");
        if (payload.isPseudo) element.classList.add("loose");
        else Object.assign(element.dataset, { link: `${payload.target}.${payload.targetInput}`, into: payload.target });
        const drawn = drawLink(element, (on) => {
          for (const socket of [from, to]) anchors.elementOf(socket)?.toggleAttribute("data-lit", on);
        });
        const ends = [start ? undefined : from, end ? undefined : to] as const;
        const hanging = layer.add(drawn, ...ends);
        const fall = anchors.hang(hanging, ...ends);
        link = { drawn, hanging };
        links.set(element, link);
        unmount = () => {
          fall();
          hanging.remove();
          links.delete(element);
        };
      }
      if (payload.source !== "") link.drawn.kind(kind({ node: payload.source, port: payload.sourceOutput }));
      if (start) link.hanging.start(start);
      if (end) link.hanging.end(end);
      return unmount;
    },
  };
}
