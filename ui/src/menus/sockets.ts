import { disconnect, type End, endOf } from "../document/edit.ts";
import { linksOf, partnersOf, type SocketRef, socketsOf } from "../document/links.ts";
import { canSweep } from "../document/sweep.ts";
import type { Entry, MenuKind } from "./menu-kind.ts";

/** A socket: what it can be linked to, and what it is linked to. */
export const socketMenu: MenuKind = {
  id: "socket",
  on: {
    selector: ".port, .param-row:has(.socket), .param-text:has(.socket)",
    about(element) {
      const socket = element.querySelector<HTMLElement>(".socket")?.dataset;
      return socket && `${socket.side} ${socket.socket}`;
    },
  },
  label: (about, { naming }) => naming.get().end(about.split(" ")[1]!),
  entries(about, { editor, at }) {
    const { workflow, edits, screen } = editor;
    const socket = read(about);
    const type = edits.typeOf(socket);
    const links = linksOf(workflow.present()).filter(({ from, to }) =>
      same(socket.side === "input" ? to : from, socket),
    );
    const fits = partnersOf(workflow.present(), socket, edits.environment()).length > 0;
    const place = editor.canvas.get().view?.canvasPoint(at.x, at.y) ?? { x: 0, y: 0 };
    const search = { at, place, from: socket, ...(type && { type }) };
    return [
      [
        {
          label: "Link to …",
          refused: fits ? undefined : "No node of this workflow has a socket that fits.",
          run: () => screen.show({ menu: { kind: "fitting", about, at } }),
        },
        {
          label: socket.side === "output" ? "Add a node that takes it" : "Add a node that gives it",
          run: () => screen.show({ search }),
        },
      ],
      socket.side === "input" && canSweep(workflow.present(), socket, editor.offer.get().catalogue)
        ? [{ label: "Sweep this…", run: () => screen.show({ sweep: { node: socket.node, port: socket.port } }) }]
        : [],
      links.length === 0
        ? []
        : [
            {
              label: links.length === 1 ? "Take the link off" : `Take ${links.length} links off`,
              run: () => workflow.edit((now) => links.reduce((all, { to }) => disconnect(all, to), now)),
            },
          ],
    ];
  },
};

/** The sockets of a node, for linking by keyboard. */
export const socketsMenu: MenuKind = {
  id: "sockets",
  label: (id, { naming }) => `Link ${naming.get().name(id)}`,
  entries(id, { editor }) {
    const { workflow, edits, screen, naming } = editor;
    const present = workflow.present();
    const entry = (socket: SocketRef): Entry => {
      const link = socket.side === "input" ? present.nodes[socket.node]?.inputs?.[socket.port] : undefined;
      const from = endOf(link) ? `, fed by ${naming.get().end(String(link))}` : "";
      return {
        label: `${socket.side === "input" ? "Input" : "Output"} ${socket.port}${from}`,
        run: () => screen.show({ menu: { kind: "fitting", about: write(socket) } }),
      };
    };
    const { inputs, outputs, params } = socketsOf(present, id, edits.environment());
    return [outputs.map(entry), inputs.map(entry), params.map(entry)];
  },
};

/** The sockets of other nodes to which a socket can be linked; an input that is fed already says by what. */
export const fittingMenu: MenuKind = {
  id: "fitting",
  label(about, { naming }) {
    return `Link ${naming.get().end(about.split(" ")[1]!)} to`;
  },
  entries(about, { editor, at }) {
    const { workflow, edits, naming, screen, canvas } = editor;
    const { end } = naming.get();
    const socket = read(about);
    const type = edits.typeOf(socket);
    const present = workflow.present();
    const entries = partnersOf(present, socket, edits.environment()).map((address): Entry => {
      const there = endOf(address)!;
      const [from, to] = socket.side === "output" ? [socket, there] : [there, socket];
      const fed = socket.side === "output" ? present.nodes[there.node]?.inputs?.[there.port] : undefined;
      const linked = present.nodes[to.node]?.inputs?.[to.port] === `${from.node}.${from.port}`;
      return {
        label: end(address) + (typeof fed === "string" && !linked ? ` (now from ${end(fed)})` : ""),
        checked: linked,
        run: () => (linked ? workflow.edit((now) => disconnect(now, to)) : edits.link(from, to)),
      };
    });
    const { view } = canvas.get();
    const box = view?.boxes().get(socket.node);
    const place = box
      ? { x: socket.side === "output" ? box.right + besideCards : box.left - besideCards, y: box.top + besideCards / 2 }
      : { x: 0, y: 0 };
    const add: Entry = {
      label: socket.side === "output" ? "A new node that takes it …" : "A new node that gives it …",
      run: () => screen.show({ search: { at, place, from: socket, ...(type && { type }) } }),
    };
    return [entries, [add]];
  },
};

/** Canvas units between a node and the one that is added beside it. */
const besideCards = 40;

function write({ side, node, port }: SocketRef): string {
  return `${side} ${node}.${port}`;
}

function read(about: string): SocketRef {
  const [side, address] = about.split(" ");
  return { ...endOf(address)!, side: side === "output" ? "output" : "input" };
}

function same(a: End, b: End): boolean {
  return a.node === b.node && a.port === b.port;
}
