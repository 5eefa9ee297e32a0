import type { Card, Graph } from "./graph.ts";

/** The cards of each stage, from above, and their tops before they are moved towards those that they are linked with. */
export type Stages = { readonly stages: Card[][]; readonly top: Map<string, number> };

/**
 * Stages by the longest way: each card stands one stage after the last of those that feed it, in its stage as high as these stand in theirs. Takes
 * time as cards and links do and never recurses along links, so that it suits parts that are too large or too long for dagre. Of links in a
 * circle, one that closes it does not count.
 */
export function plainStages({ cards, links }: Graph, gap: number): Stages {
  const after = Map.groupBy(links, ({ from }) => from);
  const waits = new Map(cards.map(({ id }) => [id, 0]));
  for (const { to } of links) waits.set(to, waits.get(to)! + 1);
  const stageOf = new Map<string, number>();
  const heights = new Map<string, { sum: number; count: number }>();
  const ready = cards.filter(({ id }) => waits.get(id) === 0).map(({ id }) => id);
  const rest = cards.map(({ id }) => id).values();
  const begun = new Set(ready);
  for (let at = 0; begun.size < cards.length || at < ready.length; at++) {
    if (at === ready.length) ready.push(nextOf(rest, begun));
    const id = ready[at]!;
    begun.add(id);
    const stage = stageOf.get(id) ?? 0;
    stageOf.set(id, stage);
    for (const { to } of after.get(id) ?? []) {
      if (begun.has(to)) continue;
      stageOf.set(to, Math.max(stageOf.get(to) ?? 0, stage + 1));
      waits.set(to, waits.get(to)! - 1);
      if (waits.get(to) !== 0) continue;
      begun.add(to);
      ready.push(to);
    }
  }
  const byStage = Map.groupBy(cards, ({ id }) => stageOf.get(id)!);
  const stages = [...byStage].sort(([a], [b]) => a - b).map(([, stage]) => stage);
  const top = new Map<string, number>();
  const wanted = ({ id }: Card) => {
    const { sum, count } = heights.get(id) ?? { sum: 0, count: 0 };
    return count === 0 ? 0 : sum / count;
  };
  for (const stage of stages) {
    stage.sort((a, b) => wanted(a) - wanted(b));
    let y = 0;
    for (const { id, height } of stage) {
      top.set(id, y);
      for (const { to } of after.get(id) ?? []) {
        const known = heights.get(to);
        if (known) [known.sum, known.count] = [known.sum + y, known.count + 1];
        else heights.set(to, { sum: y, count: 1 });
      }
      y += height + gap;
    }
  }
  return { stages, top };
}

/** The next card that waits for others in a circle. */
function nextOf(rest: Iterator<string, undefined>, begun: ReadonlySet<string>): string {
  for (;;) {
    const { value } = rest.next();
    if (value !== undefined && !begun.has(value)) return value;
  }
}
