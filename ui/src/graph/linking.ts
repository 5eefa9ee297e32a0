import type { WorkflowJson } from "@clipwork/engine";
import type { Point } from "../canvas/geometry.ts";
import { disconnect, endOf } from "../document/edit.ts";
import { couldLink, orient, refusal, type SocketRef, socketTypes, wouldCircle } from "../document/links.ts";
import type { Editor } from "../editor/create-editor.ts";
import type { DragHandlers } from "./flow.ts";

/** What happens while a link is dragged: sockets that do not fit are dimmed, and the reason is put into words. */
export type Linking = DragHandlers & {
  /** The pointer is now at this place of the window. */
  move(at: Point): void;
  /** This socket has just been drawn. */
  met(element: HTMLElement): void;
};

/** Drags links on the canvas in `container`; `place` converts window coordinates into canvas coordinates. */
export function createLinking(
  container: HTMLElement,
  { workflow, edits, screen }: Editor,
  place: (x: number, y: number) => Point,
): Linking {
  let dragged: SocketRef | undefined;
  let detached: SocketRef | undefined;
  let pointer: Point = { x: 0, y: 0 };
  let fit: ((element: HTMLElement) => void) | undefined;
  const said = new Map<string, string | undefined>();

  /** The document without the link that was taken off: what fits now does not depend on where the link was. */
  const before = (): WorkflowJson => (detached ? disconnect(workflow.present(), detached) : workflow.present());

  function dim(from: SocketRef): void {
    const types = socketTypes(before(), edits.environment());
    const circle = wouldCircle(before(), from);
    fit = (element) => {
      const there = refOf(element);
      if (!there) return;
      const same = there.node === from.node && there.port === from.port && there.side === from.side;
      element.dataset.fit = same || couldLink(types, from, there, circle) ? "yes" : "no";
    };
    for (const element of container.querySelectorAll<HTMLElement>("[data-socket]")) fit(element);
    container.dataset.linking = from.side;
  }

  function reason(from: SocketRef, to: SocketRef): string | undefined {
    const key = `${to.side} ${to.node}.${to.port}`;
    if (!said.has(key)) {
      const ends = orient(from, to);
      const same =
        from.side === "output" ? "Both are outputs: link to an input." : "Both are inputs: link to an output.";
      said.set(key, ends ? refusal(before(), ends.from, ends.to, edits.environment())?.message : same);
    }
    return said.get(key);
  }

  return {
    begin(socket) {
      const source =
        socket.side === "input" ? endOf(workflow.present().nodes[socket.node]?.inputs?.[socket.port]) : undefined;
      detached = source ? socket : undefined;
      dragged = source ? { ...source, side: "output" } : socket;
      said.clear();
      dim(dragged);
      return dragged;
    },
    met: (element) => fit?.(element),
    move(at) {
      pointer = at;
      if (!dragged) return;
      const over = socketAt(at);
      const isStart = over && over.node === dragged.node && over.port === dragged.port && over.side === dragged.side;
      const text = over && !isStart ? reason(dragged, over) : undefined;
      screen.show({ hint: text });
    },
    link(from, to) {
      const ends = orient(from, to);
      if (!ends) return;
      const back = detached && ends.to.node === detached.node && ends.to.port === detached.port;
      if (back) return;
      edits.link(ends.from, ends.to, detached);
    },
    loose(from) {
      // A long press on the socket has opened its menu.
      if (screen.get().menu) return;
      const over = socketAt(pointer);
      if (over && !(over.node === from.node && over.side === from.side && over.port === from.port)) {
        this.link(from, over);
        return;
      }
      if (detached) {
        const off = detached;
        workflow.edit((now) => disconnect(now, off));
        return;
      }
      const link = document.elementFromPoint(pointer.x, pointer.y)?.closest<HTMLElement>(".link-frame")?.dataset.link;
      if (link !== undefined && from.side === "input") {
        edits.branch(link, place(pointer.x, pointer.y), from);
        return;
      }
      const node = document.elementFromPoint(pointer.x, pointer.y)?.closest<HTMLElement>("[data-id]")?.dataset.id;
      if (node === from.node) return;
      if (node !== undefined && edits.linkToNode(from, node)) return;
      const type = edits.typeOf(from);
      screen.show({ search: { at: pointer, place: place(pointer.x, pointer.y), from, ...(type ? { type } : {}) } });
    },
    end() {
      dragged = undefined;
      detached = undefined;
      fit = undefined;
      delete container.dataset.linking;
      for (const element of container.querySelectorAll<HTMLElement>("[data-fit]")) delete element.dataset.fit;
      screen.show({ hint: undefined });
    },
  };
}

function refOf(element: HTMLElement): SocketRef | undefined {
  const end = endOf(element.dataset.socket);
  return end && { ...end, side: element.dataset.side === "output" ? "output" : "input" };
}

/** The socket at a place in the window; the whole row of a port counts as its socket. */
function socketAt({ x, y }: Point): SocketRef | undefined {
  const row = document.elementFromPoint(x, y)?.closest<HTMLElement>(".socket, .port, .param-row, .param-text");
  const socket = row?.matches(".socket") ? row : row?.querySelector<HTMLElement>(".socket");
  return socket ? refOf(socket) : undefined;
}
