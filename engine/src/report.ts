import type { Problem } from "./problem.ts";

type Where = { readonly node?: string; readonly port?: string };

/** Where problems are gathered. Bounded, so that a hostile document cannot fill the memory with them. */
export class Report {
  static readonly limit = 10_000;
  readonly problems: Problem[] = [];

  error(code: string, where: Where, message: string, remedy: string): void {
    this.#add({ code, severity: "error", ...where, message, remedy });
  }

  warning(code: string, where: Where, message: string, remedy: string): void {
    this.#add({ code, severity: "warning", ...where, message, remedy });
  }

  #add(problem: Problem): void {
    if (this.problems.length > Report.limit) return;
    if (this.problems.length < Report.limit) {
      this.problems.push(problem);
      return;
    }
    this.problems.push({
      code: "too-many-problems",
      severity: "error",
      message: `The workflow has more than ${Report.limit} problems.`,
      remedy: "Mend those that are listed, then look again.",
    });
  }
}
