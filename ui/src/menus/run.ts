import { isLive } from "@clipwork/engine";
import type { RunSummary } from "@clipwork/server/wire";
import type { Editor } from "../editor/create-editor.ts";
import { whyNot } from "../editor/offer.ts";
import { nameOf } from "../runs/words.ts";
import { reportFile } from "../server/artifact.ts";
import { dataOf, type Entries, type MenuKind } from "./menu-kind.ts";

/** A run in the queue, or in the list of those that have ended. */
export const runMenu: MenuKind = {
  id: "run",
  on: { selector: ".run-row, .queue-row", about: (element) => dataOf(element, "run") },
  label(id, editor) {
    const run = find(id, editor);
    return run ? nameOf(run) : "Run";
  },
  entries(id, { editor }) {
    const { runs, files, screen, profiling } = editor;
    const run = find(id, editor);
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
        {
          label: "Where the time went",
          refused: run.state === "queued" ? "It has not begun." : undefined,
          run: () => profiling.open(id),
        },
      ],
      ...changes(run, editor),
    ];
  },
};

/** What may be done with it depends on whether it waits, runs or has ended. */
function changes({ id, state, priority: now }: RunSummary, { runs, queue, offer }: Editor): Entries {
  const noRun = whyNot(offer.get(), "run");
  const noEdit = whyNot(offer.get(), "edit");
  const cancel = { label: "Cancel this run", refused: noRun, run: () => void runs.cancel(id) };
  if (state === "queued")
    return [
      [
        { label: "Run it next", refused: noEdit, run: () => void queue.place(id, 0) },
        ...(["high", "normal", "low"] as const).map((priority) => ({
          label: `Priority ${priority}`,
          checked: priority === now,
          refused: noEdit,
          run: () => void queue.prioritize(id, priority),
        })),
      ],
      [cancel],
    ];
  if (isLive(state)) return [[cancel]];
  return [
    [{ label: "Download the report", file: { address: reportFile(id), name: "report.html" }, run() {} }],
    [{ label: "Run the same again", refused: noRun, run: () => void queue.retry(id) }],
    [{ label: "Delete this run", refused: noEdit, run: () => void queue.remove(id) }],
  ];
}

function find(id: string, { runs, queue }: Editor): RunSummary | undefined {
  const { running, next } = queue.get();
  return [...running, ...next, ...runs.get().list].find((run) => run.id === id);
}
