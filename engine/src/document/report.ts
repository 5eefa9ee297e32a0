import type { Problem } from "./problem.ts";

type Where = { readonly node?: string; readonly port?: string };

/** A way out. A function if finding it takes a while: it is called only for problems that are listed. */
type Remedy = string | (() => string);

/** Collects problems. It is bounded, so that a hostile document cannot fill the memory or the time with them. */
export class Report {
  static readonly limit = 10_000;
  readonly problems: Problem[] = [];
  #found = 0;

  /** How many problems were found, those that are not listed too. */
  get found(): number {
    return this.#found;
  }

  error(code: string, where: Where, message: string, remedy: Remedy): void {
    this.#add({ code, severity: "error", ...where, message }, remedy);
  }

  warning(code: string, where: Where, message: string, remedy: Remedy): void {
    this.#add({ code, severity: "warning", ...where, message }, remedy);
  }

  /** Takes over a problem that was found elsewhere. */
  add({ remedy, ...problem }: Problem): void {
    this.#add(problem, remedy);
  }

  #add(problem: Omit<Problem, "remedy">, remedy: Remedy): void {
    this.#found++;
    if (this.problems.length > Report.limit) return;
    if (this.problems.length < Report.limit) {
      this.problems.push({ ...problem, remedy: typeof remedy === "string" ? remedy : remedy() });
      return;
    }
    this.problems.push({
      code: "too-many-problems",
      severity: "error",
      message: `The workflow has more than ${Report.limit} problems.`,
      remedy: "Fix the problems that are listed, then check again.",
    });
  }
}
