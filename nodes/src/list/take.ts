import { list, NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

export const takeItems = defineNode({
  type: "list.take",
  version: 1,
  title: "Take from a list",
  summary: "Takes items of a list by their numbers, in the order given, such as points that were outlined on a map.",
  inputs: { items: list(t.variable("T", "The list.")) },
  outputs: { items: list(t.variable("T", "The taken items.")) },
  params: {
    numbers: p.text('The numbers of the items, from 0, with commas between, such as "0, 3, 7-9".', {
      default: "0",
      maxLength: 20_000,
    }),
  },
  moves: true,
  listLength: ({ numbers }, { items = 1 }) => countTaken(numbers, items),
  run: ({ items }, { numbers }) => ({ items: readNumbers(numbers, items.length).map((number) => items[number]!) }),
});

/** As many as a list can have. */
const most = 100_000;

/** The numbers that a text names, each below `count`. */
function readNumbers(text: string, count: number): readonly number[] {
  return readRanges(text, count).flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  );
}

/** How many items the text takes of `count`; 1 if a run would refuse it. */
function countTaken(text: string, count: number): number {
  try {
    return sizeOf(readRanges(text, count));
  } catch (error) {
    if (error instanceof NodeError) return 1;
    throw error;
  }
}

type Range = readonly [first: number, last: number];

function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

function readRanges(text: string, count: number): readonly Range[] {
  const ranges = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => readRange(part, count));
  if (ranges.length === 0) throw new NodeError("No item is named.", 'Write at least one number, such as "0".');
  const size = sizeOf(ranges);
  if (size > most) throw new NodeError(`${size} items are named; at most ${most} are taken.`, "Name fewer.");
  return ranges;
}

function readRange(part: string, count: number): Range {
  const [, from, to = from] = /^(\d{1,9})(?:\s*-\s*(\d{1,9}))?$/.exec(part) ?? [];
  if (from === undefined)
    throw new NodeError(
      `"${part}" is no number of an item.`,
      'Write numbers from 0 such as "3", or from one to another: "7-9".',
    );
  const [first, last] = [Number(from), Number(to)];
  if (first > last) throw new NodeError(`"${part}" goes backwards.`, `Write "${last}-${first}".`);
  if (last >= count)
    throw new NodeError(
      count === 1
        ? `The list has one item, number 0, and no ${last}.`
        : `The list has ${count} items, and no number ${last}.`,
      `Name numbers from 0 to ${count - 1}.`,
    );
  return [first, last];
}
