import { largest, smallest, type Transform } from "../canvas/geometry.ts";
import type { Path } from "../document/levels.ts";
import type { OpenDocument } from "./workflow.ts";

/** How a document is looked at, as this browser keeps it: what of it is open, and where the canvas stands in each level, by its prefix. */
export type KeptView = { readonly path?: Path; readonly cameras?: { readonly [prefix: string]: Transform } };

/** What is to be kept of how an open document is looked at; undefined if nobody has moved in it yet. */
export function viewOf({ path, cameras }: OpenDocument): KeptView | undefined {
  if (!path && !cameras) return undefined;
  return { ...(path && { path }), ...(cameras && { cameras: Object.fromEntries(cameras) }) };
}

/** The document, looked at as it was kept. What no page has written is left out. */
export function lookedAt<T extends OpenDocument>(document: T, kept: unknown): T {
  const { path, cameras } = Object(kept) as { readonly path?: unknown; readonly cameras?: unknown };
  const places = Object.entries(Object(cameras)).flatMap(([prefix, camera]) =>
    isCamera(camera) ? [[prefix, camera] as const] : [],
  );
  return {
    ...document,
    ...(isPath(path) && { path }),
    ...(places.length > 0 && { cameras: new Map(places) }),
  };
}

function isPath(path: unknown): path is Path {
  return Array.isArray(path) && path.length > 0 && path.every((id) => typeof id === "string");
}

function isCamera(camera: unknown): camera is Transform {
  const { k, x, y } = Object(camera) as Partial<Transform>;
  return Number.isFinite(x) && Number.isFinite(y) && typeof k === "number" && k >= smallest && k <= largest;
}
