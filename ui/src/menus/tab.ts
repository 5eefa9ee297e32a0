import { copyOf } from "../document/edit.ts";
import { whyNot } from "../editor/offer.ts";
import { tabTitle } from "../editor/tabs.ts";
import { dataOf, type MenuKind } from "./menu-kind.ts";

/** A tab with an open document. */
export const tabMenu: MenuKind = {
  id: "tab",
  on: { selector: ".document-tab", about: (element) => dataOf(element, "tab") },
  opening: (id, { tabs }) => tabs.show(id),
  label(id, { tabs }) {
    const tab = tabs.find(id);
    return tab ? tabTitle(tab) : "Tab";
  },
  entries(id, { editor, command }) {
    const { tabs, files, workflow } = editor;
    const others = tabs.all().filter((tab) => tab.id !== id);
    return [
      [command("New"), { label: "Open a copy", run: () => files.openDocument(copyOf(workflow.whole())) }],
      [
        { ...command("Save"), refused: whyNot(editor.offer.get(), "edit") },
        { label: "Download as JSON", run: files.download },
        command("Documents"),
      ],
      [
        command("Close"),
        {
          label: "Close the others",
          refused: others.length === 0 ? "No other document is open." : undefined,
          run: () =>
            void closeAll(
              others.map((tab) => tab.id),
              files.close,
            ),
        },
      ],
    ];
  },
};

/** One after the other: each is asked for its place on the server before it goes. */
async function closeAll(ids: readonly string[], close: (id: string) => Promise<void>): Promise<void> {
  for (const id of ids) await close(id);
}
