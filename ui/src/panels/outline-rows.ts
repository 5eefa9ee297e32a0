import type { GroupJson, NoteJson, WorkflowJson } from "@clipwork/engine";

/** What a row of the outline is about. */
export type About =
  | { readonly kind: "group" | "node" | "note"; readonly id: string }
  | { readonly kind: "link"; readonly id: string; readonly port: string; readonly link: string };

/** A part of the outline, with what is in it. */
export type Part = { readonly key: string; readonly about: About; readonly inner: readonly Part[] };

/** A part that is seen, with its place: level, and number among those beside it, from 1. */
export type Row = {
  readonly key: string;
  readonly about: About;
  readonly level: number;
  readonly at: number;
  readonly of: number;
  /** Whether what is in it is seen; absent if nothing is. */
  readonly opened?: boolean;
  /** The row that it is in. */
  readonly parent?: string;
};

type Content = {
  readonly nodes: WorkflowJson["nodes"];
  /** Of all nodes. */
  readonly order: readonly string[];
  readonly groups: ReadonlyMap<string, Pick<GroupJson, "members">>;
  readonly notes: ReadonlyMap<string, NoteJson>;
};

/** Groups with their nodes, the other nodes, and notes; in each node its links. */
export function partsOf({ nodes, order, groups, notes }: Content): Part[] {
  const node = (id: string): Part => {
    const links = Object.entries(nodes[id]?.inputs ?? {}).flatMap(([port, link]): Part[] =>
      typeof link === "string" ? [{ key: `${id}.${port}`, about: { kind: "link", id, port, link }, inner: [] }] : [],
    );
    return { key: id, about: { kind: "node", id }, inner: links };
  };
  const grouped = new Set([...groups.values()].flatMap(({ members }) => members));
  return [
    ...[...groups].map(([id, { members }]): Part => {
      const inner = order.filter((one) => members.includes(one)).map(node);
      return { key: `group ${id}`, about: { kind: "group", id }, inner };
    }),
    ...order.filter((id) => !grouped.has(id)).map(node),
    ...[...notes.keys()].map((id): Part => ({ key: `note ${id}`, about: { kind: "note", id }, inner: [] })),
  ];
}

/** The rows that are seen. Groups are open and nodes are not, but for those that were turned. */
export function rowsOf(parts: readonly Part[], turned: ReadonlySet<string>, level = 1, parent?: string): Row[] {
  return parts.flatMap(({ key, about, inner }, i): Row[] => {
    const row: Row = { key, about, level, at: i + 1, of: parts.length, ...(parent === undefined ? {} : { parent }) };
    if (inner.length === 0) return [row];
    const opened = turned.has(key) !== (about.kind === "group");
    return [{ ...row, opened }, ...(opened ? rowsOf(inner, turned, level + 1, key) : [])];
  });
}

/** What a key does at a row: it leads to another, turns it, or goes to what it is about. Undefined for keys that do nothing here. */
export function nextRow(
  key: string,
  row: Row,
  rows: readonly Row[],
  textOf: (row: Row) => string,
): { readonly to: Row } | "turn" | "go" | undefined {
  const at = rows.indexOf(row);
  const to = (other: Row | undefined) => (other ? { to: other } : undefined);
  switch (key) {
    case "ArrowDown":
      return to(rows[at + 1]);
    case "ArrowUp":
      return to(rows[at - 1]);
    case "Home":
      return to(rows[0]);
    case "End":
      return to(rows.at(-1));
    case "ArrowRight":
      if (row.opened === false) return "turn";
      return row.opened ? to(rows[at + 1]) : undefined;
    case "ArrowLeft":
      return row.opened ? "turn" : to(rows.find((other) => other.key === row.parent));
    case "Enter":
    case " ":
      return "go";
  }
  if (key.length !== 1) return undefined;
  const after = [...rows.slice(at + 1), ...rows.slice(0, at)];
  return to(after.find((other) => textOf(other).toLowerCase().startsWith(key.toLowerCase())));
}
