import { list, NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

const maxTexts = 10_000;
/** Of all texts together: 20 MB of memory. */
const maxLetters = 10_000_000;

export const lines = defineNode({
  type: "text.lines",
  version: 1,
  title: "Lines",
  summary: "A list of texts, one per line; {red|blue} in a line stands for each of its words in turn.",
  outputs: { texts: list(t.text("The texts, in the order of their lines.")) },
  params: {
    text: p.text('One text per line, such as "a {small|large} {red|green|blue} cube"; empty lines are left out.', {
      multiline: true,
    }),
  },
  run(_, { text }) {
    const texts: string[] = [];
    let letters = 0;
    for (const line of text.split("\n")) {
      const trimmed = line.trim();
      if (trimmed === "") continue;
      const parts = partsOf(trimmed);
      const { count, letters: more } = measure(parts);
      if (texts.length + count > maxTexts)
        throw new NodeError(`The lines stand for more than ${maxTexts} texts.`, "Leave out alternatives or lines.");
      letters += more;
      if (letters > maxLetters)
        throw new NodeError(
          `The lines stand for texts of more than ${maxLetters.toLocaleString("en")} letters together.`,
          "Shorten the lines, or leave out alternatives.",
        );
      texts.push(...expand(parts));
    }
    if (texts.length === 0) throw new NodeError("There is no line of text.", 'Write at least one into "text".');
    return { texts };
  },
});

/** A line between its braces and in them: the alternatives of each part. */
type Parts = readonly (readonly string[])[];

function partsOf(line: string): Parts {
  // Every second part is what stood in braces.
  return line.split(/\{([^{}]*)\}/).map((part, i) => (i % 2 === 1 ? part.split("|") : [part]));
}

/** How many texts a line stands for, and how many letters these have together, without making them. */
function measure(parts: Parts): { readonly count: number; readonly letters: number } {
  const count = parts.reduce((product, { length }) => product * length, 1);
  // Each alternative of a part stands in an equal share of the texts.
  const letters = parts.reduce((sum, part) => sum + (part.join("").length * count) / part.length, 0);
  return { count, letters };
}

/** The line with every choice of its alternatives, those of its first braces changing slowest. */
function expand(parts: Parts): readonly string[] {
  return parts.reduce<string[]>((begun, words) => begun.flatMap((text) => words.map((word) => text + word)), [""]);
}
