/** What a measurement found: a table, and what a reader must know beside it. */
export type Findings = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
};

/** The findings as Markdown. */
export function findingsMarkdown({ head, rows, notes }: Findings): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = rows.length === 0 ? [] : [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
  return [...table, ...notes.flatMap((note) => [note, ""])].join("\n").trimEnd();
}

/** "20: kept", where the value is at most the budget. */
export function atMost(budget: number, value: number): string {
  return `≤ ${budget}: ${value <= budget ? "kept" : "**missed**"}`;
}

/** "0.95: kept", where the value is at least the budget. */
export function atLeast(budget: number, value: number): string {
  return `≥ ${budget}: ${value >= budget ? "kept" : "**missed**"}`;
}
