type Work<T> = {
  /** Called when a turn of the loop begins. */
  begin(): void;
  /** Does one piece of work; returns false if none may be done now. */
  step(): boolean;
  /** Called once, when no work and no promise is left. */
  rest(): T;
};

/**
 * After this many pieces of work, promises that have settled are dealt with, still in the same turn of the event loop: until then they
 * hold what they were for, which fills the memory.
 */
const stepsAtOnce = 100;

/**
 * Does waiting work until there is none, and again whenever a promise that it watches settles. Never recurses, however the
 * pieces of work cause each other. An error rejects `ended`: it is a bug of the engine or of the host.
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

  /** Resolves with the result of `rest`. */
  get ended(): Promise<T> {
    return this.#ended.promise;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Works until there is nothing to do now. A call from within does nothing: the loop is running already. */
  readonly turn = (): void => {
    if (this.#turning || this.#over) return;
    this.#turning = true;
    this.#work.begin();
    this.#proceed();
  };

  readonly #proceed = (): void => {
    try {
      for (let done = 1; !this.#over && this.#work.step(); done++) {
        if (done < stepsAtOnce) continue;
        queueMicrotask(this.#proceed);
        return;
      }
      if (this.#open === 0 && !this.#over) {
        this.#over = true;
        this.#ended.resolve(this.#work.rest());
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#turning = false;
  };

  /**
   * Continues with `then`, or with `failed`, when the promise settles; the loop does not rest before. Resolves after that.
   */
  after<V>(
    promise: Promise<V>,
    then: (value: V) => void,
    failed: (error: unknown) => void = throwAgain,
  ): Promise<void> {
    this.#open++;
    return promise.then(
      (value) => this.#settle(then, value),
      (error) => this.#settle(failed, error),
    );
  }

  #settle<R>(act: (result: R) => void, result: R): void {
    this.#open--;
    if (this.#over) return;
    try {
      act(result);
    } catch (error) {
      this.#fail(error);
    }
    this.turn();
  }

  #fail(error: unknown): void {
    this.#over = true;
    this.#ended.reject(error);
  }
}

function throwAgain(error: unknown): never {
  throw error;
}
