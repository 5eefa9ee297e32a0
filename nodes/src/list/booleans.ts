import { list, NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

const words: ReadonlyMap<string, boolean> = new Map([
  ["on", true],
  ["off", false],
]);
const most = 1024;

export const booleans = defineNode({
  type: "list.booleans",
  version: 1,
  title: "On and off",
  summary: "A list of settings of a switch that are written down; what it is linked to runs once for each.",
  outputs: { booleans: list(t.boolean("The settings.")) },
  params: {
    booleans: p.text('The settings, "on" or "off", with commas between.', { default: "off, on", maxLength: 20_000 }),
  },
  listLength: ({ booleans }) => Math.min(most, partsOf(booleans).length),
  run(_, { booleans }) {
    const parts = partsOf(booleans);
    if (parts.length === 0) throw new NodeError("No setting is named.", 'Write at least one, such as "off, on".');
    if (parts.length > most)
      throw new NodeError(`${parts.length} settings are named; at most ${most} are taken.`, "Name fewer.");
    return { booleans: parts.map(read) };
  },
});

function partsOf(text: string): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function read(part: string): boolean {
  const value = words.get(part.toLowerCase());
  if (value === undefined) throw new NodeError(`"${part.slice(0, 40)}" is neither on nor off.`, 'Write "on" or "off".');
  return value;
}
