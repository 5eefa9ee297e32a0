import { isLive } from "@clipwork/engine";
import { dataOf, type MenuKind } from "./menu-kind.ts";

/** A run in the list of runs. */
export const runMenu: MenuKind = {
  id: "run",
  on: { selector: ".run-row", about: (element) => dataOf(element, "run") },
  label: (id, { runs }) => runs.get().list.find((run) => run.id === id)?.title || "Untitled",
  entries(id, { editor }) {
    const { runs, files, screen } = editor;
    const run = runs.get().list.find((one) => one.id === id);
    if (!run) return [];
    const [output] = run.outputs;
    return [
      [
        { label: "Show on the nodes", checked: runs.get().shown?.run === id, run: () => runs.show(id) },
        {
          label: "Look closely",
          refused: output ? undefined : "It has kept nothing.",
          run() {
            runs.show(id);
            if (output) screen.show({ look: { run: id, node: output.node, item: output.item } });
          },
        },
        { label: "Open the workflow that made this", run: () => void files.openRun(id) },
      ],
      isLive(run.state) ? [{ label: "Cancel this run", run: () => void runs.cancel(id) }] : [],
    ];
  },
};
