type Work<T> = {
  /** Called when a turn of the loop begins. */
  begin(): void;
  /** Does one piece of work; false when there is none that may be done now. */
  step(): boolean;
  /** Called once, when no work and no promise is left. */
  rest(): T;
};

/**
 * Does waiting work until there is none, and again whenever a promise that it watches settles. Never recurses, however the
 * pieces of work cause each other. An error rejects `ended`: it is a bug, or the host's.
 */
export class Loop<T> {
  readonly #work: Work<T>;
  readonly #ended = Promise.withResolvers<T>();
  #open = 0;
  #turning = false;
  #over = false;

  constructor(work: Work<T>) {
    this.#work = work;
  }

  /** Resolves with what `rest` gives. */
  get ended(): Promise<T> {
    return this.#ended.promise;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Works until there is nothing to do now. Calls from within are no calls: the loop is running. */
  readonly turn = (): void => {
    if (this.#turning || this.#over) return;
    this.#turning = true;
    this.#guard(() => {
      this.#work.begin();
      while (this.#work.step());
      if (this.#open > 0) return;
      this.#over = true;
      this.#ended.resolve(this.#work.rest());
    });
    this.#turning = false;
  };

  /** Goes on with `then`, or with `failed`, when the promise settles; there is no rest before. Resolves after that. */
  after<V>(promise: Promise<V>, then: (value: V) => void, failed?: (error: unknown) => void): Promise<void> {
    this.#open++;
    return promise.then(
      (value) => this.#settle(() => then(value)),
      (error) =>
        this.#settle(() => {
          if (!failed) throw error;
          failed(error);
        }),
    );
  }

  #settle(act: () => void): void {
    this.#open--;
    if (this.#over) return;
    this.#guard(act);
    this.turn();
  }

  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#over = true;
      this.#ended.reject(error);
    }
  }
}
