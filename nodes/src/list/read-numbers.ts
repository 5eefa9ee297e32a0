import { NodeError } from "@clipwork/engine";

const most = 1024;

/** The numbers of a text with commas between; from one to another with a step as "1..9" or "0..1 by 0.25". Throws NodeError for anything else. */
export function readNumbers(text: string): readonly number[] {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const numbers = parts.flatMap(readPart);
  if (numbers.length === 0) throw new NodeError("No number is named.", 'Write at least one, such as "1, 2.5, 4".');
  if (numbers.length > most)
    throw new NodeError(`${numbers.length} numbers are named; at most ${most} are taken.`, "Name fewer.");
  return numbers;
}

/** How many numbers the text names; 1 if a run would refuse it. */
export function countNumbers(text: string): number {
  try {
    return readNumbers(text).length;
  } catch (error) {
    if (error instanceof NodeError) return 1;
    throw error;
  }
}

const plain = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?`;
const range = new RegExp(`^(${plain})\\s*\\.\\.\\s*(${plain})(?:\\s+by\\s+(${plain}))?$`, "i");
const single = new RegExp(`^${plain}$`, "i");

function readPart(part: string): readonly number[] {
  if (single.test(part)) return [Number(part)];
  const [, first, last, by = "1"] = range.exec(part) ?? [];
  if (first === undefined)
    throw new NodeError(
      `"${part.slice(0, 40)}" is no number.`,
      'Write numbers such as "1, 2.5", or "1..9", or "0..1 by 0.25".',
    );
  const [from, to, step] = [Number(first), Number(last), Math.abs(Number(by))];
  const count = Math.floor(Math.abs(to - from) / step + 1e-9) + 1;
  if (!(count <= most)) throw new NodeError(`"${part}" has more than ${most} numbers.`, "Take a larger step.");
  // Twelve digits, so that tenths are tenths.
  return Array.from({ length: count }, (_, i) => Number((from + Math.sign(to - from) * step * i).toPrecision(12)));
}
