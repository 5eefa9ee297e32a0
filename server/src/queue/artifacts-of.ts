import { artifactsOfView } from "../artifacts/artifacts-of-view.ts";
import type { Hash } from "../wire/wire.ts";
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
      return event.values.artifacts;
    default:
      return [];
  }
}

/** The owner of a run's artifacts. */
export const runOwner = (run: string): string => `run ${run}`;
