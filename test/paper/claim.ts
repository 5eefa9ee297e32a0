import type { Estimate } from "./estimate.ts";
import type { Made } from "./make.ts";

/** A figure that was measured, over how many pictures or embeddings. */
export type Measured = { readonly name: string; readonly estimate: Estimate; readonly items: number };

/** What the claim comes down to: a difference that is above zero if the paper's direction holds here too. */
export type Comparison = { readonly name: string; readonly difference: Estimate };

export type Finding = {
  readonly measured: readonly Measured[];
  readonly comparisons: readonly Comparison[];
  /** Rows of a sheet, a name and the files of its pictures from left to right. */
  readonly pictures: readonly (readonly [name: string, files: readonly string[]])[];
  /** What a reader must know beside the figures. */
  readonly notes?: readonly string[];
};

/** A claim of the paper (arXiv 2204.06125), and how it is tried on the toybox. */
export type Claim = {
  readonly title: string;
  /** Sections, figures and tables of the paper. */
  readonly source: string;
  /** What the paper says, and its own figure if it gives one. */
  readonly paper: string;
  /** The workflow, from the folder of workflows. */
  readonly workflow: string;
  /** How many pictures the workflow paints for one of its `count` seeds. */
  readonly pictures: number;
  /** What is set for so many captions or seeds. */
  settings(count: number): { readonly [name: string]: string | number };
  /** Reads what the run made. */
  read(made: Made): Finding;
};
