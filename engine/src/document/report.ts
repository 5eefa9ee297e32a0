import type { Problem } from "./problem.ts";
import { keyInRounds } from "./rounds.ts";

type Where = { readonly node?: string; readonly port?: string };

/** A way out. A function if finding it takes a while: it is called only for problems that are listed. */
type Remedy = string | (() => string);

/**
 * Collects problems. It is bounded, so that a hostile document cannot fill the memory or the time with them. What is wrong in many rounds of a
 * loop is listed once, as an error if it is one in any of them.
 */
export class Report {
  static readonly limit = 10_000;
  readonly problems: Problem[] = [];
  readonly #elsewhere = new Map<Problem, string[]>();
  /** Where problems in rounds are listed, by what those of all rounds have in common. */
  readonly #inRounds = new Map<string, number>();
  #found = 0;

  /** How many problems were found, those that are not listed too. */
  get found(): number {
    return this.#found;
  }

  /** Of problems that stand for those of many rounds: the nodes of the rounds in which they are not listed. */
  get elsewhere(): ReadonlyMap<Problem, readonly string[]> {
    return this.#elsewhere;
  }

  error(code: string, where: Where, message: string, remedy: Remedy): void {
    this.#add({ code, severity: "error", ...where, message }, remedy);
  }

  warning(code: string, where: Where, message: string, remedy: Remedy): void {
    this.#add({ code, severity: "warning", ...where, message }, remedy);
  }

  /** Takes over a problem that was found elsewhere, which stands for those of these nodes too. */
  add({ remedy, ...problem }: Problem, alsoAt: readonly string[] = []): void {
    this.#add(problem, remedy, alsoAt);
  }

  #add(problem: Omit<Problem, "remedy">, remedy: Remedy, alsoAt: readonly string[] = []): void {
    this.#found++;
    const key = keyInRounds(problem);
    const place = key === undefined ? undefined : this.#inRounds.get(key);
    if (place !== undefined) this.#again(place, problem, remedy, alsoAt);
    else this.#list(problem, remedy, alsoAt, key);
  }

  #list(problem: Omit<Problem, "remedy">, remedy: Remedy, alsoAt: readonly string[], key: string | undefined): void {
    if (this.problems.length > Report.limit) return;
    if (this.problems.length < Report.limit) {
      if (key !== undefined) this.#inRounds.set(key, this.problems.length);
      const listed = { ...problem, remedy: inWords(remedy) };
      this.problems.push(listed);
      if (alsoAt.length > 0) this.#elsewhere.set(listed, [...alsoAt]);
      return;
    }
    this.problems.push({
      code: "too-many-problems",
      severity: "error",
      message: `The workflow has more than ${Report.limit} problems.`,
      remedy: "Fix the problems that are listed, then check again.",
    });
  }

  /** Notes that a listed problem is one of another round too. */
  #again(place: number, problem: Omit<Problem, "remedy">, remedy: Remedy, alsoAt: readonly string[]): void {
    const listed = this.problems[place]!;
    const nodes = this.#elsewhere.get(listed) ?? [];
    const isWorse = listed.severity === "warning" && problem.severity === "error";
    const now = isWorse ? { ...problem, remedy: inWords(remedy) } : listed;
    for (const id of [isWorse ? listed.node! : problem.node!, ...alsoAt]) nodes.push(id);
    this.problems[place] = now;
    this.#elsewhere.delete(listed);
    this.#elsewhere.set(now, nodes);
  }
}

function inWords(remedy: Remedy): string {
  return typeof remedy === "string" ? remedy : remedy();
}
