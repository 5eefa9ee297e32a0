import { type Report, Reported } from "../attempts/reported.ts";
import { type Lease, LeaseLost, type LogEntry, type Logged } from "../port.ts";
import { reportArguments } from "./redis-log.ts";
import { type Answer, listOf, type Scripts } from "./scripts.ts";
import type { Telling } from "./telling.ts";

/** What this process changes in the queue, in the order in which it was asked for: events that come within a turn are logged together. */
export class Changes {
  readonly #scripts: Scripts;
  readonly #telling: Telling;
  readonly #reported = new Reported(() => {
    this.#storing = this.#store();
  });
  #storing: Promise<void> = Promise.resolve();

  constructor(scripts: Scripts, telling: Telling) {
    this.#scripts = scripts;
    this.#telling = telling;
  }

  /** Runs a command after all that was reported until now, and tells those who listen here what it has changed. */
  async change(command: string, ...args: readonly (string | Uint8Array)[]): Promise<Answer> {
    await this.settled();
    const answer = await this.#scripts.change(command, ...args);
    this.#telling.tell(answer.news);
    return answer;
  }

  /** As `RunQueue.report`. */
  report(lease: Lease, entry: LogEntry, time: number): Promise<Logged | undefined> {
    return this.#reported.add(lease, entry, time);
  }

  /** Resolves when all that was asked for until now is done. */
  async settled(): Promise<void> {
    if (!this.#reported.isEmpty) this.#storing = this.#store();
    await this.#storing;
    await this.#scripts.settled();
  }

  /** Stores what was reported, that of each lease in one step: a lease that is lost takes only its own reports with it. */
  async #store(): Promise<void> {
    const reports = this.#reported.take();
    const byRun = Map.groupBy(reports, ({ lease }) => `${lease.run} ${lease.token}`);
    await Promise.all([...byRun.values()].map((own) => this.#storeOf(own)));
  }

  async #storeOf(reports: readonly Report[]): Promise<void> {
    const { lease } = reports[0]!;
    const args = reports.flatMap(({ entry, time }) => reportArguments(entry, time));
    const answer = await this.#scripts.change("report", lease.run, String(lease.token), ...args).catch((error) => {
      for (const { reject } of reports) reject(error);
    });
    if (!answer) return;
    const numbers = listOf(answer.numbers);
    for (const [i, { entry, time, resolve, reject }] of reports.entries()) {
      const seq = numbers[i];
      if (seq === undefined) reject(new LeaseLost(lease));
      else if (seq === 0) resolve(undefined);
      else {
        const event: Logged = { ...entry, seq, run: lease.run, time };
        // A watcher that throws fails the report of its event alone: all of them are stored.
        try {
          this.#telling.logged(event);
          resolve(event);
        } catch (error) {
          reject(error);
        }
      }
    }
    this.#telling.tell(answer.news);
  }
}
