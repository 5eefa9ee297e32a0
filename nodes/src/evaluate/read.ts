import { list, NodeError, optional, p } from "@clipwork/engine";
import type { Score } from "@clipwork/models";
import { captionOfEach } from "../kinds/caption-of-each.ts";
import { t } from "../kinds/t.ts";
import { column, type TableValue } from "../kinds/table.ts";
import { defineNode } from "../stage/services.ts";
import { type Host, requireStage } from "../stage/stage.ts";
import { intervalOfMean, wilson } from "../statistics/interval.ts";
import { mean } from "../statistics/mean.ts";
import { answer, type Question, questions } from "./answers.ts";
import { classify, type Reading } from "./classify.ts";
import { groupItems, requireItems, warnOfSingles } from "./groups.ts";
import { type Measure, measurePlot, measureTable } from "./measures.ts";
import { bootstrapSeed, keysOf } from "./params.ts";
import { readCaption } from "./read-caption.ts";

type Answers = { readonly [Q in Question]?: boolean };

export const read = defineNode({
  type: "evaluate.read",
  version: 1,
  title: "Read pictures",
  summary:
    "Reads pictures with the pack's own classifier and counts how many show what their captions say, with 95 % Wilson intervals.",
  inputs: {
    images: list(t.image("The pictures.")),
    captions: optional(list(t.text("What each picture should show: one caption for each, or one for all."))),
    ...keysOf("pictures"),
  },
  outputs: {
    table: t.table(
      "A row for each picture: each label that is read with its probability, and whether the caption agrees.",
    ),
    summary: t.table("The share of right answers or, without captions, how certain each reading is, with intervals."),
    plot: t.plot("The summary, drawn."),
  },
  params: { pack: p.pack(), seed: bootstrapSeed },
  stages: ["classifier"],
  async run({ images, captions, ...keys }, { pack, seed }, host) {
    const played = requireStage(host.pack(pack), "classifier");
    requireItems(images.length, 1, "pictures");
    const asked = captions && askAll(captions, images.length, played.stage, host);
    const grouped = groupItems(images.length, keys, "pictures");
    if (!captions) warnOfSingles(grouped, "pictures", host);
    host.progress(0, images.length);
    const readings = await classify(images, played, pack, host, (some) => {
      host.preview("table", tableOf(some, undefined));
      host.progress(some.length, images.length);
    });
    const answers = asked?.map((description, i) => answer(description, readings[i]!.labels));
    const measured = grouped.map(({ items, ...key }) => ({
      ...key,
      measures: answers
        ? shares(items.map((i) => answers[i]!))
        : certainty(
            items.map((i) => readings[i]!),
            seed,
          ),
    }));
    const title = answers ? "What the classifier reads, as captions ask" : "How certain the classifier is";
    const yLabel = answers ? "share right" : "mean probability";
    return {
      table: tableOf(readings, answers),
      summary: measureTable(measured),
      plot: measurePlot(title, yLabel, measured),
    };
  },
});

/** What the captions say, for each picture. Throws NodeError if none says anything that can be read; warns if some do not. */
function askAll(
  captions: readonly string[],
  count: number,
  { heads = {}, wording }: Score,
  host: Pick<Host, "notice">,
) {
  if (!wording)
    throw new NodeError("The pack's classifier has no wording, so captions cannot be compared.", "Link no captions.");
  const ofThings = new Set(
    Object.keys(heads).flatMap((head) => (/ \d+$/.test(head) ? [head.replace(/ \d+$/, "")] : [])),
  );
  const descriptions = captions.map((caption) => readCaption(caption, wording, ofThings));
  const ofEach = captionOfEach(descriptions, count);
  const mute = captions.filter((_, i) => !isAsked(answer(descriptions[i]!, {})));
  const remedy = "Name a colour, a solid, a floor, a time of day or a style in the pack's own words.";
  if (mute.length === captions.length)
    throw new NodeError(`The caption "${mute[0]}" names nothing that the classifier reads.`, remedy);
  if (mute.length > 0)
    host.notice(
      `${mute.length} captions name nothing that the classifier reads, such as "${mute[0]}": they count nowhere.`,
    );
  return ofEach;
}

/** The share of right answers to each question that was asked, and of pictures of which all answers are right. */
function shares(answers: readonly Answers[]): readonly Measure[] {
  const share = (name: string, right: readonly boolean[]): Measure[] => {
    const count = right.filter(Boolean).length;
    return right.length === 0
      ? []
      : [{ name, count: right.length, value: count / right.length, ...wilson(count, right.length) }];
  };
  return [
    ...share("agreement", answers.filter(isAsked).map(isRight)),
    ...questions.flatMap((question) =>
      share(
        question,
        answers.flatMap((one) => one[question] ?? []),
      ),
    ),
  ];
}

/** The mean probability of what is read by each head, with a bootstrap interval. */
function certainty(readings: readonly Reading[], seed: number): readonly Measure[] {
  return Object.keys(readings[0]!.labels).map((name) => {
    const values = Float64Array.from(readings, ({ probabilities }) => probabilities[name]!);
    return { name, count: values.length, value: mean(values), ...intervalOfMean(values, { seed }) };
  });
}

function isAsked(answers: Answers): boolean {
  return Object.keys(answers).length > 0;
}

function isRight(answers: Answers): boolean {
  return Object.values(answers).every(Boolean);
}

function tableOf(readings: readonly Reading[], answers: readonly Answers[] | undefined): TableValue {
  const heads = Object.keys(readings[0]!.labels);
  const asked = questions.filter((question) => answers?.some((one) => one[question] !== undefined));
  return {
    columns: [
      column("item", "integer", readings, (_, item) => item),
      ...(answers ? [column("agreement", "boolean", answers, (one) => (isAsked(one) ? isRight(one) : null))] : []),
      ...asked.map((question) => column(`${question} right`, "boolean", answers!, (one) => one[question] ?? null)),
      ...heads.flatMap((head) => [
        column(head, "text", readings, ({ labels }) => (isThere(head, labels) ? labels[head]! : null)),
        column(`${head} probability`, "number", readings, ({ probabilities }) => probabilities[head]!),
      ]),
    ],
  };
}

/** Whether the picture has the thing that a head such as "colour 3" is of, if the classifier counts things. */
function isThere(head: string, { count }: Reading["labels"]): boolean {
  const place = / (\d+)$/.exec(head)?.[1];
  return place === undefined || count === undefined || Number(place) <= Number(count);
}
