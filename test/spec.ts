import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A test and the ids of the rules that its title cites. */
export type Citation = { readonly where: string; readonly ids: readonly string[] };

/** The title of a test that stands in a call of `rule`. */
const passedOn = /\$\{title\}$/;

/** The ids of the rules in a specification, where each is a line that begins with `- **[Q1]**`. */
export function rulesIn(file: string): readonly string[] {
  return [...readFileSync(file, "utf8").matchAll(/^- \*\*\[([A-Z]\d+)\]\*\* \S/gm)].map(([, id]) => id!);
}

/**
 * The tests in the files of those patterns under `root`: calls of `test`, and of `rule` in suites for several implementations, which
 * pass their title on to `test`.
 */
export function citationsIn(root: string, patterns: string | readonly string[]): readonly Citation[] {
  return globSync(patterns as string[], { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/^\s*(?:test|rule)\(\s*(["'`])(.*?)\1,/gm)]
      .map(([, , title]) => title!)
      .filter((title) => !passedOn.test(title))
      .map((title) => ({
        where: `${file}: ${title}`,
        ids: [...title.matchAll(/\[([A-Z]\d+)\]/g)].map(([, id]) => id!),
      })),
  );
}

/** The rules that no test cites. */
export function untested(rules: readonly string[], citations: readonly Citation[]): readonly string[] {
  const cited = new Set(citations.flatMap(({ ids }) => ids));
  return rules.filter((rule) => !cited.has(rule));
}

/** The tests that cite a rule that does not exist. */
export function misled(rules: readonly string[], citations: readonly Citation[]): readonly string[] {
  return citations.filter(({ ids }) => ids.some((id) => !rules.includes(id))).map(({ where }) => where);
}

/** The tests that cite no rule. */
export function uncited(citations: readonly Citation[]): readonly string[] {
  return citations.filter(({ ids }) => ids.length === 0).map(({ where }) => where);
}
