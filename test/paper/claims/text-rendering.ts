import { lines } from "../captions.ts";
import type { Claim } from "../claim.ts";
import { difference, share } from "../estimate.ts";
import { waysOfPainting } from "./ways-of-painting.ts";

const words = ["hi", "open", "dog", "green", "sun", "stop", "toy", "love", "cat", "white", "art", "cone"];

export const textRendering: Claim = {
  title: "unCLIP writes words badly",
  source: "section 7, figure 16",
  paper:
    'Of "a sign that says deep learning" unCLIP paints signs with garbled letters: the embedding does not hold the spelling.',
  workflow: "paper/text-rendering.json",
  pictures: waysOfPainting.length,
  settings: (count) => ({ prompt: lines(count, (i) => `a sign that says ${words[i % words.length]}`), count }),
  read(made) {
    const found = waysOfPainting.map(([name, title]) => {
      const boards = made.column<string>(`labels-${name}`, "lettering").map((lettering) => lettering !== "none");
      const spelled = made.column<boolean | null>(`labels-${name}`, "word right");
      return { name, title, board: share(boards), word: share(spelled), items: boards.length };
    });
    const [unclip, embedding, caption] = found;
    return {
      measured: found.flatMap(({ title, board, word, items }) => [
        { name: `has lettering: ${title}`, estimate: board, items },
        { name: `the word is right: ${title}`, estimate: word, items },
      ]),
      comparisons: [
        { name: "unCLIP: lettering above the right word", difference: difference(unclip!.board, unclip!.word) },
        {
          name: "embedding alone: lettering above the right word",
          difference: difference(embedding!.board, embedding!.word),
        },
        {
          name: "the right word: caption alone above embedding alone",
          difference: difference(caption!.word, embedding!.word),
        },
      ],
      pictures: found.map(({ name, title }) => [title, made.pictures(name)]),
      notes: ["The classifier knows twenty words and reads the likeliest of them."],
    };
  },
};
