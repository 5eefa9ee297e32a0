import type { Screen } from "./screen.ts";
import type { OpenWorkflow } from "./workflow.ts";

/** From now on, what is open about something on the canvas ends, with nothing done, when another document or subgraph is opened there. */
export function endAtLeaving(screen: Screen, workflow: Pick<OpenWorkflow, "get" | "listen">): void {
  let { opened } = workflow.get();
  workflow.listen(() => {
    const now = workflow.get().opened;
    if (now === opened) return;
    opened = now;
    screen.show({
      search: undefined,
      menu: undefined,
      paint: undefined,
      sweep: undefined,
      link: undefined,
      hint: undefined,
      editing: undefined,
      focusField: undefined,
    });
  });
}
