/** One way in which somebody could break a package while all types still fit. */
export type Fault = {
  /** In the package's `src`. */
  readonly file: string;
  readonly what: string;
  /** Text that stands in the file exactly once, and what takes its place. */
  readonly from: string;
  readonly to: string;
  /**
   * The test files that are most likely to notice, without their ending: of the package, by the end of their path ("need" or
   * "run/need"), or of `test` ("test/server/access"). The package's others are run after them.
   */
  readonly tests: readonly string[];
};

/** The faults of a package, and how its tests are run against them. */
export type FaultyPackage = {
  readonly name: string;
  readonly faults: readonly Fault[];
  /** Test files that take long to find what others find at once. */
  readonly last: readonly string[];
  /** Test files that are not run: they read what the source says, not what it does, or need a GPU. */
  readonly left: readonly string[];
};
