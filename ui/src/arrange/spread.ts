type Group = { from: number; sum: number; count: number };

/**
 * Tops for things that stand below one another in their order, `gap` apart, each as near as can be to where it is wanted: the squares of
 * the distances are least. Isotonic regression by pooling adjacent violators (Ayer et al. 1955): things that are in each other's way move
 * as one.
 */
export function spread(all: readonly { readonly height: number }[], wanted: readonly number[], gap: number): number[] {
  const offsets: number[] = [];
  let below = 0;
  for (const { height } of all) {
    offsets.push(below);
    below += height + gap;
  }
  const groups: Group[] = [];
  for (const [i, at] of wanted.entries()) {
    let group: Group = { from: i, sum: at - offsets[i]!, count: 1 };
    for (let last = groups.at(-1); last && mean(last) > mean(group); last = groups.at(-1)) {
      group = { from: last.from, sum: last.sum + group.sum, count: last.count + group.count };
      groups.pop();
    }
    groups.push(group);
  }
  return groups.flatMap((group) =>
    Array.from({ length: group.count }, (_, i) => mean(group) + offsets[group.from + i]!),
  );
}

function mean({ sum, count }: Group): number {
  return sum / count;
}
