import { linksOf } from "../document/links.ts";
import type { Editor } from "../editor/create-editor.ts";
import { dataOf, type MenuKind } from "./menu-kind.ts";

/** A link, by the address of its input. */
export const linkMenu: MenuKind = {
  id: "link",
  on: { selector: ".link-frame", about: (element) => dataOf(element, "link") },
  opening(id, { workflow, screen }) {
    workflow.select([]);
    screen.show({ link: id });
  },
  label(id, editor) {
    const link = linkIn(id, editor);
    const { end } = editor.naming.get();
    return link ? `${end(addressOf(link.from))} to ${end(id)}` : "Link";
  },
  entries(id, { editor, command, at }) {
    const { edits, canvas, workflow, naming } = editor;
    const link = linkIn(id, editor);
    if (!link) return [];
    const place = canvas.get().view?.canvasPoint(at.x, at.y);
    const go = (node: string) => ({
      label: `Go to ${naming.get().name(node)}`,
      run() {
        workflow.select([node]);
        void canvas.jumpTo(node);
      },
    });
    return [
      [{ label: "Put in a reroute here", run: () => place && edits.reroute(id, place) }],
      [go(link.from.node), go(link.to.node)],
      [command("Remove")],
    ];
  },
};

function linkIn(id: string, { workflow }: Editor) {
  return linksOf(workflow.present()).find((link) => link.id === id);
}

function addressOf({ node, port }: { readonly node: string; readonly port: string }): string {
  return `${node}.${port}`;
}
