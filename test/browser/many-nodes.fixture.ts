import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowJson } from "@clipwork/engine";
import type { Page } from "playwright-core";

/**
 * Drops a workflow as a file that lies on the disk, in the server's data folder: bytes that a test hands to the page would keep it busy longer than the
 * workflow does. `before` is a script that the page runs just before.
 */
export async function dropLarge(
  { data }: { readonly data: string },
  page: Page,
  workflow: WorkflowJson,
  before = "",
): Promise<void> {
  const file = join(data, "many.json");
  writeFileSync(file, JSON.stringify(workflow));
  await page.evaluate(() => {
    const input = Object.assign(document.createElement("input"), { type: "file", id: "large", hidden: true });
    document.body.append(input);
  });
  await page.setInputFiles("#large", file);
  await page.evaluate(`{
    ${before};
    const input = document.querySelector("#large");
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(input.files[0]);
    input.remove();
    const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
    document.querySelector(".canvas-area").dispatchEvent(drop);
  }`);
}

/** From the caption to the picture: nodes of the kinds that are drawn with the most parts. */
const chain = [
  ["text.prompt", 1, {}],
  ["clip.encode-text", 1, { text: "text" }],
  ["prior.diffusion", 1, { text: "embedding" }],
  ["decoder.sample", 2, { image: "embedding" }],
  ["output.image", 1, { image: "image" }],
] as const;

/** A workflow of so many nodes, n0 and on, in chains of five, each row of 25 below the one before. */
export function manyNodes(count: number): WorkflowJson {
  const nodes: { [id: string]: WorkflowJson["nodes"][string] } = {};
  const layout: { [id: string]: object } = {};
  for (let i = 0; i < count; i++) {
    const [type, version, from] = chain[i % chain.length]!;
    const inputs = Object.fromEntries(Object.entries(from).map(([to, port]) => [to, `n${i - 1}.${port}`]));
    nodes[`n${i}`] = { type, version, inputs };
    layout[`n${i}`] = { x: (i % 25) * 290, y: Math.floor(i / 25) * 500 };
  }
  return { format: "clipwork/1", nodes, layout };
}

/** Rows of a prompt that is linked to what encodes it, past two decoders that stand high enough for the link to pass under a short card. */
export function highDecoders(rows: number): WorkflowJson {
  const nodes: { [id: string]: WorkflowJson["nodes"][string] } = {};
  const layout: { [id: string]: object } = {};
  for (let i = 0; i < rows; i++) {
    const [y, text] = [i * 900, `text${i}`];
    nodes[text] = { type: "text.prompt", version: 1 };
    nodes[`first${i}`] = { type: "decoder.sample", version: 2 };
    nodes[`second${i}`] = { type: "decoder.sample", version: 2 };
    nodes[`encode${i}`] = { type: "clip.encode-text", version: 1, inputs: { text: `${text}.text` } };
    layout[text] = { x: 0, y };
    layout[`first${i}`] = { x: 300, y: y - 280 };
    layout[`second${i}`] = { x: 600, y: y - 280 };
    layout[`encode${i}`] = { x: 900, y };
  }
  return { format: "clipwork/1", nodes, layout };
}

/** The card of a node, if it is drawn. */
export const card = (page: Page, id: string) => page.locator(`.node[data-id="${id}"]`);

/** Waits until the page says so; a look a frame. */
export const until = (page: Page, is: (argument: string) => boolean, argument = "") =>
  page.waitForFunction(is, argument, { polling: "raf" });
