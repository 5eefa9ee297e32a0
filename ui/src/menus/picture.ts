import { seenInside } from "../editor/seen-inside.ts";
import { outputFile } from "../server/artifact.ts";
import { dataOf, type Entry, type MenuKind } from "./menu-kind.ts";
import { nodeMenu } from "./node.ts";

/** What a node has made, on its card: beside what the node's menu has, what can be done with the picture. */
export const pictureMenu: MenuKind = {
  ...nodeMenu,
  id: "picture",
  on: {
    selector: ".preview:has(.preview-look)",
    about: (element) => dataOf(element, "id"),
  },
  entries(id, tools) {
    const { kept, screen, files, workflow, offer, runs } = tools.editor;
    const card = kept.get().at(seenInside(workflow.get(), id, offer.get().catalogue, runs.get().shown));
    if (!card) return nodeMenu.entries(id, tools);
    const { run, node, show } = card;
    const output = show.outputs.at(0);
    const file = output?.files[0];
    const entries: Entry[] = [
      { label: "Look closely", run: () => screen.show({ look: { run, node, item: 0 } }) },
      { label: "Open the workflow that made this", run: () => void files.openRun(run) },
    ];
    if (output && file) entries.push(download(outputFile(run, file), output.name + file.ending));
    return [entries, ...nodeMenu.entries(id, tools)];
  },
};

function download(address: string, name: string): Entry {
  return { label: `Download ${name}`, file: { address, name }, run() {} };
}
