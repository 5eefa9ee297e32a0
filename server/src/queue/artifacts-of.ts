import type { Hash, View } from "../wire/wire.ts";
import type { LogEntry } from "./port.ts";

/** The artifacts that an event names: they are kept as long as its run. */
export function artifactsOf(event: LogEntry): readonly Hash[] {
  switch (event.event) {
    case "run.output": {
      const { files, thumbnail, view } = event.output;
      return [...files.map(({ hash }) => hash), ...(thumbnail ? [thumbnail] : []), ...artifactsOfView(view)];
    }
    case "node.preview":
    case "node.value":
      return artifactsOfView(event.view);
    case "node.values":
      return event.values.flatMap(({ view }) => artifactsOfView(view));
    default:
      return [];
  }
}

function artifactsOfView(view: View): readonly Hash[] {
  switch (view.kind) {
    case "picture":
      return [view.picture];
    case "table":
      return [view.table];
    case "plot":
      return [view.chart];
    case "map":
      return [view.map, ...(view.sheet ? [view.sheet.picture] : [])];
    case "file":
      return [view.file];
    default:
      return [];
  }
}

/** The owner of a run's artifacts. */
export const runOwner = (run: string): string => `run ${run}`;
