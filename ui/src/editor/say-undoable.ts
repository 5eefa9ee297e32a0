import type { Message, Messages } from "./messages.ts";
import type { OpenWorkflow } from "./workflow.ts";

/**
 * Says something of the edit that was just made, with a button that takes it back. The message goes with the next change of the document in front, and
 * when another comes to the front: the button would undo something else then.
 */
export function sayUndoable(
  workflow: Pick<OpenWorkflow, "whole" | "listen" | "undo">,
  messages: Messages,
  text: string,
  about?: Message["about"],
): void {
  const done = workflow.whole();
  const id = messages.say(text, { ...(about && { about }), action: { label: "Undo", run: workflow.undo } });
  const stop = workflow.listen(() => {
    if (workflow.whole() === done) return;
    stop();
    messages.dismiss(id);
  });
}
