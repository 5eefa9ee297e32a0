import assert from "node:assert/strict";
import type { LoggedEvent, MapContent } from "@clipwork/server/wire";
import type { Page } from "playwright-core";
import { boundsOf, fitAll, toScreen } from "../../ui/src/map/camera.ts";
import { freeEdge } from "../../ui/src/map/scene.ts";
import { valuesOf } from "../server/server.fixture.ts";
import { ended, pressRun, settled } from "./editor.fixture.ts";

type Point = { readonly x: number; readonly y: number };

const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });

/** Captions, their embeddings, and a map of them; without pictures, which take time. */
export const captionMap = (captions: string) => ({
  format: "clipwork/1",
  nodes: {
    captions: node("text.lines", { text: captions }),
    encode: node("clip.encode-text", {}, { text: "captions.texts" }),
    prior: node("prior.diffusion", { steps: 4 }, { text: "encode.embedding" }),
    map: node("probe.map", {}, { embeddings: "prior.embedding", labels: "captions.texts" }),
    save: node("output.map", {}, { map: "map.map" }),
  },
  layout: Object.fromEntries(["captions", "encode", "prior", "map", "save"].map((id, i) => [id, { x: 300 * i, y: 0 }])),
});

/** Runs the open workflow to its end, and opens its map. */
export async function openMap(page: Page): Promise<void> {
  await settled(page);
  await pressRun(page);
  assert.equal(await ended(page), "Finished");
  await lookAtMap(page);
}

/** Opens the map of the node "map". */
export async function lookAtMap(page: Page): Promise<void> {
  await page.locator('.node[data-id="map"] .map-small').waitFor();
  await settled(page);
  await page.locator('.node[data-id="map"]').hover();
  await page.getByLabel("Look at Map of embeddings closely").click();
  await page.locator(".map-canvas canvas").waitFor();
}

/** The points of the map in the shown run. */
export async function pointsOf(page: Page): Promise<MapContent> {
  const run = new URL(page.url()).hash.slice("#run=".length);
  const get = async (path: string) => (await page.request.get(new URL(`/api/v1${path}`, page.url()).href)).json();
  const { events } = (await get(`/runs/${run}/events`)) as { events: readonly LoggedEvent[] };
  for (const { view } of events.flatMap(valuesOf)) if (view.kind === "map") return get(`/artifacts/${view.map}`);
  return assert.fail("The run has no map.");
}

/** Where places of the map are in the window while all of it is shown. */
export async function placesIn(page: Page, points: readonly number[]): Promise<(place: Point) => Point> {
  const box = (await page.locator(".map-canvas").boundingBox())!;
  const camera = fitAll(boundsOf(points), box, freeEdge);
  return (place) => {
    const { x, y } = toScreen(camera, place);
    return { x: box.x + x, y: box.y + y };
  };
}

/** A place at which there is no point for some way around, in the map's units. */
export function emptyPlace(points: readonly number[], avoid: readonly Point[] = []): Point {
  const { least, most } = boundsOf(points);
  const all = [
    ...avoid,
    ...Array.from({ length: points.length / 2 }, (_, i) => ({ x: points[2 * i]!, y: points[2 * i + 1]! })),
  ];
  const steps = Array.from({ length: 21 }, (_, i) => i / 20);
  const tried = steps.flatMap((x) =>
    steps.map((y) => ({ x: least.x + x * (most.x - least.x), y: least.y + y * (most.y - least.y) })),
  );
  const room = (place: Point) => Math.min(...all.map((one) => Math.hypot(one.x - place.x, one.y - place.y)));
  return tried.reduce((best, place) => (room(place) > room(best) ? place : best));
}
