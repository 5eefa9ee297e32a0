import type { Hash, View } from "../wire/wire.ts";

/** The artifacts that a view names. */
export function artifactsOfView(view: View): readonly Hash[] {
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
