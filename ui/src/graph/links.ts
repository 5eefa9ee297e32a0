import type { WorkflowJson } from "@clipwork/engine";
import { type Box, boxAround, grown, overlap } from "../canvas/geometry.ts";
import { type Link, linksOf } from "../document/links.ts";
import type { LinkData } from "./mount-links.ts";

/** All links of the workflow, of which those in and near the window are drawn. */
export type Links = {
  /** The links of this workflow from now on. */
  show(workflow: WorkflowJson): void;
  /** What is drawn has changed: links follow. */
  follow(): void;
  /** These nodes are in the hand, and have moved. */
  moved(): void;
  /** Links within one collapsed group are not seen. */
  hide(): void;
  destroy(): void;
};

type Needs = {
  /** Puts an element among the cards. */
  add(element: Element): void;
  /** Draws the link into its element; returns what takes it away again. */
  mount(element: HTMLElement, data: LinkData): () => void;
  boxOf(id: string): Box | undefined;
  /** Links are drawn that touch it; undefined: all are. */
  zone(): Box | undefined;
  /** Whether there are so many cards that links are no more than lines. */
  plain(): boolean;
  together(one: string, other: string): boolean;
};

type Drawn = { readonly link: Link; readonly element: HTMLElement; readonly unmount: () => void };

/** Canvas units that a link may leave the box around its cards by, to go around others. */
const aside = 160;

export function createLinks({ add, mount, boxOf, zone, plain, together }: Needs): Links {
  const drawn = new Map<string, Drawn>();
  let nodes: unknown;
  let all: ReadonlyMap<string, Link> = new Map();
  const lines = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  lines.classList.add("link", "plain-links");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.classList.add("link-line");
  lines.append(line);
  add(lines);

  function takeAway(id: string): void {
    const { element, unmount } = drawn.get(id)!;
    unmount();
    element.remove();
    drawn.delete(id);
  }

  function draw(id: string, link: Link): void {
    const { from, to } = link;
    const element = document.createElement("div");
    element.style.position = "absolute";
    element.style.left = "0";
    element.style.top = "0";
    element.toggleAttribute("data-inside", together(from.node, to.node));
    const data = { id, source: from.node, sourceOutput: from.port, target: to.node, targetInput: to.port };
    drawn.set(id, { link, element, unmount: mount(element, data) });
    add(element);
  }

  /** Whether any of the link may be seen in the box. */
  function touches({ from, to }: Link, box: Box): boolean {
    const [source, target] = [boxOf(from.node), boxOf(to.node)];
    const one = source ?? target;
    return one !== undefined && overlap(boxAround([one, target ?? one])!, grown(box, aside));
  }

  /** Each link as one straight line, all in one path. */
  function drawLines(): void {
    const box = zone();
    let path = "";
    for (const { from, to } of plain() && box ? all.values() : []) {
      const [source, target] = [boxOf(from.node), boxOf(to.node)];
      if (!source || !target || !overlap(boxAround([source, target])!, box!) || together(from.node, to.node)) continue;
      const y = Math.round((source.top + source.bottom) / 2);
      path += `M${Math.round(source.right)} ${y}L${Math.round(target.left)} ${Math.round((target.top + target.bottom) / 2)}`;
    }
    if (line.getAttribute("d") !== path) line.setAttribute("d", path);
  }

  function follow(): void {
    const box = zone();
    const seen = ([, link]: readonly [string, Link]) => !plain() && (!box || touches(link, box));
    const wanted = new Map([...all].filter(seen));
    for (const id of [...drawn.keys()]) if (!wanted.has(id)) takeAway(id);
    for (const [id, link] of wanted) if (!drawn.has(id)) draw(id, link);
    drawLines();
  }

  return {
    show(workflow) {
      if (workflow.nodes === nodes) return;
      nodes = workflow.nodes;
      all = new Map(linksOf(workflow).map((link) => [link.id, link]));
      for (const [id, { link }] of [...drawn]) {
        const now = all.get(id);
        if (!now || now.from.node !== link.from.node || now.from.port !== link.from.port) takeAway(id);
      }
      follow();
    },
    follow,
    moved() {
      if (plain()) drawLines();
    },
    hide() {
      for (const { link, element } of drawn.values())
        element.toggleAttribute("data-inside", together(link.from.node, link.to.node));
    },
    destroy() {
      for (const id of [...drawn.keys()]) takeAway(id);
    },
  };
}
