import { list, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { column } from "../kinds/table.ts";
import { defineNode } from "../stage/services.ts";
import { captionParams, drawSome, fillTemplate, withArticle, wordsOf } from "./test-captions.ts";

type Thing = { readonly colour: string; readonly solid: string };

export const binding = defineNode({
  type: "probe.binding",
  version: 1,
  title: "Binding captions",
  summary:
    "Captions of two things in two colours, one in relation to the other, such as a red cube on top of a blue sphere, for evaluate.read.",
  outputs: {
    captions: list(t.text("The captions, in words that the pack's classifier reads.")),
    swapped: list(t.text("The same captions with the colours swapped: what a picture of bad binding shows.")),
    expected: t.table("A row for each caption: colour and shape of both things, and the relation."),
  },
  params: {
    ...captionParams,
    template: p.text('The caption, with "{}" in place of the two things.', { default: "{}", maxLength: 1000 }),
  },
  stages: ["classifier"],
  run(_, { pack, count, seed, template }, host) {
    const [colours, solids, relations] = ["colour", "solid", "relation"].map((name) => wordsOf(pack, name, host));
    const things = [...colours!.keys()].flatMap((colour) => [...solids!.keys()].map((solid) => ({ colour, solid })));
    const pairs = things.flatMap((first) =>
      things
        .filter(({ colour, solid }) => colour !== first.colour && solid !== first.solid)
        .flatMap((second) => [...relations!.keys()].filter(isOfTwo).map((relation) => ({ first, second, relation }))),
    );
    const drawn = drawSome(pairs, count, seed);
    const name = ({ colour, solid }: Thing) => withArticle(`${colours!.get(colour)} ${solids!.get(solid)}`);
    const caption = (first: Thing, relation: string, second: Thing) =>
      fillTemplate(template, `${name(first)} ${relations!.get(relation)} ${name(second)}`);
    return {
      captions: drawn.map(({ first, relation, second }) => caption(first, relation, second)),
      swapped: drawn.map(({ first, relation, second }) =>
        caption({ ...first, colour: second.colour }, relation, { ...second, colour: first.colour }),
      ),
      expected: {
        columns: [
          column("colour 1", "text", drawn, ({ first }) => first.colour),
          column("solid 1", "text", drawn, ({ first }) => first.solid),
          column("relation", "text", drawn, ({ relation }) => relation),
          column("colour 2", "text", drawn, ({ second }) => second.colour),
          column("solid 2", "text", drawn, ({ second }) => second.solid),
        ],
      },
    };
  },
});

/** "in a row" is said of all things together: "a cube in a row a ball" is no caption. */
function isOfTwo(relation: string): boolean {
  return relation !== "row";
}
