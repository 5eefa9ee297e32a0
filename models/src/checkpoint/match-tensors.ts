import { PackError } from "../fields/pack-error.ts";
import type { Bound } from "./bind-graph.ts";
import type { Graph, Layout, Rule, Template } from "./template.ts";
import type { StoredTensor } from "./tensor-file.ts";
import type { Weights } from "./weights.ts";

/** The tensors of a network, by its own names of parameters. */
export type Match = {
  readonly bound: ReadonlyMap<string, Bound>;
  /** Those whose numbers go into the manifest. */
  readonly beside: ReadonlyMap<string, StoredTensor>;
  /** The names in the files of all these. */
  readonly used: ReadonlySet<string>;
};

/** With the source of every parameter that is missing: several may have one. */
type Attempt = Match & { readonly missing: readonly string[]; readonly misshapen: readonly string[] };

const plain: Layout = { name: "plain", rules: [] };

/**
 * The tensors that a template's graph and manifest take, under the network's own names or those of the first layout that fits. Throws
 * PackError that lists the tensors that are missing or of another shape; `where` is what messages call the weights.
 */
export function matchTensors(template: Template, graph: Graph, { tensors }: Weights, where: string): Match {
  const attempts = [plain, ...template.layouts].map((layout) => attempt(template, graph, tensors, layout));
  const best = attempts.toSorted((a, b) => a.missing.length - b.missing.length)[0]!;
  refuseAll(where, { missing: [...new Set(best.missing)], "of another shape": best.misshapen });
  return best;
}

/** Throws PackError that lists the tensors that no template takes or expects. */
export function refuseExtra(
  { tensors }: Weights,
  matches: readonly (readonly [template: Template, match: Match])[],
  where: string,
): void {
  const ignored = matches.flatMap(([template]) => template.ignored.map((pattern) => new RegExp(pattern)));
  const extra = [...tensors.keys()].filter(
    (name) => !matches.some(([, { used }]) => used.has(name)) && !ignored.some((pattern) => pattern.test(name)),
  );
  refuseAll(where, { extra });
}

function attempt({ beside }: Template, { parameters }: Graph, tensors: Weights["tensors"], { rules }: Layout): Attempt {
  const [missing, misshapen]: [string[], string[]] = [[], []];
  const used = new Set<string>();
  const find = (name: string, shape: readonly number[]): Bound | undefined => {
    const { source, part, transposed } = placeOf(name, rules);
    const stored = tensors.get(source);
    if (!stored) {
      missing.push(source);
      return undefined;
    }
    used.add(source);
    const piece = part ? partOf(stored, part) : stored;
    const wanted = transposed ? shape.toReversed() : shape;
    if (String(piece?.shape) !== String(wanted)) {
      const whole = part ? shape.map((size, axis) => (axis === 0 ? size * part[1] : size)) : wanted;
      misshapen.push(`${source} is [${stored.shape.join(", ")}], but must be [${whole.join(", ")}]`);
    }
    return piece && { ...piece, ...(transposed ? { transposed } : {}) };
  };
  const found = <T>(entries: Iterable<readonly [string, T | undefined]>) =>
    new Map([...entries].filter((entry): entry is [string, T] => entry[1] !== undefined));
  return {
    bound: found([...parameters].map(([name, shape]) => [name, find(name, shape)] as const)),
    beside: found(Object.entries(beside).map(([name, { shape }]) => [name, find(name, shape)] as const)),
    ...{ used, missing, misshapen },
  };
}

/** Where a layout with these rules keeps a parameter: the first rule that fits counts. */
function placeOf(
  name: string,
  rules: readonly Rule[],
): Omit<Rule, "parameter" | "tensor"> & { readonly source: string } {
  for (const { parameter, tensor, ...rest } of rules) {
    const pattern = new RegExp(parameter);
    if (pattern.test(name)) return { source: name.replace(pattern, tensor), ...rest };
  }
  return { source: name };
}

/** One of equal parts of a tensor along axis 0; undefined if it has no such parts. */
function partOf(stored: StoredTensor, [part, parts]: readonly [number, number]): StoredTensor | undefined {
  const [rows = 0, ...rest] = stored.shape;
  if (rows % parts !== 0) return undefined;
  const bytes = stored.bytes / parts;
  return { ...stored, shape: [rows / parts, ...rest], offset: stored.offset + part * bytes, bytes };
}

const mostNamed = 5;

function refuseAll(where: string, problems: { readonly [what: string]: readonly string[] }): void {
  const lists = Object.entries(problems).filter(([, names]) => names.length > 0);
  if (lists.length === 0) return;
  const texts = lists.map(([what, names]) => {
    const more = names.length > mostNamed ? `, and ${names.length - mostNamed} more` : "";
    return `${names.length} ${what} (${names.slice(0, mostNamed).join(", ")}${more})`;
  });
  throw new PackError(
    `The tensors of ${where} are not those that its configuration describes: ${texts.join("; ")}.`,
    "Download the folder again, its configuration and its weights.",
  );
}
