import { list, NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

const maxTexts = 10_000;

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
    for (const line of text.split("\n")) {
      const trimmed = line.trim();
      if (trimmed !== "") texts.push(...expand(trimmed, maxTexts - texts.length));
    }
    if (texts.length === 0) throw new NodeError("There is no line of text.", 'Write at least one into "text".');
    return { texts };
  },
});

/** The line with every choice of its alternatives, those of its first braces changing slowest. */
function expand(line: string, room: number): readonly string[] {
  // Every second part is what stood in braces.
  const parts = line.split(/\{([^{}]*)\}/).map((part, i) => (i % 2 === 1 ? part.split("|") : [part]));
  const count = parts.reduce((product, { length }) => product * length, 1);
  if (count > room)
    throw new NodeError(`The lines stand for more than ${maxTexts} texts.`, "Leave out alternatives or lines.");
  return parts.reduce<string[]>((begun, words) => begun.flatMap((text) => words.map((word) => text + word)), [""]);
}
