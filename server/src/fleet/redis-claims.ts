import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Claim, type Claims, type ClaimWait, overWithin } from "@clipwork/engine";
import { type Connection, scriptOf } from "../redis/connection.ts";

/** A claim that was not renewed for so many milliseconds is free, since whoever had it is lost; it is renewed several times in that. */
const lifeMs = 15_000;
/** Without an answer in so many milliseconds a value is computed without a claim: it may be computed twice, and no run waits for Redis. */
const answerMs = 250;
/** Claims that are renewed with one command. */
const atOnce = 500;

const script = scriptOf(readFileSync(join(import.meta.dirname, "claims.lua"), "utf8"));

type Options = {
  readonly prefix?: string;
  readonly lifeMs?: number;
  readonly answerMs?: number;
  readonly onFault: (error: unknown) => void;
};

/** The claims of all workers of a fleet, in Redis. What runs wait for is said when it is released; what is lost expires. */
export class RedisClaims implements Claims {
  readonly #connection: Connection;
  readonly #prefix: string;
  readonly #lifeMs: number;
  readonly #answerMs: number;
  readonly #onFault: (error: unknown) => void;
  /** The fingerprints of claims that this process has, by token. */
  readonly #held = new Map<string, string>();
  /** Who waits here, by fingerprint. */
  readonly #waiting = new Map<string, Set<() => void>>();
  #renewing: NodeJS.Timeout | undefined;

  private constructor(connection: Connection, options: Options) {
    this.#connection = connection;
    this.#prefix = options.prefix ?? "clipwork:";
    this.#lifeMs = options.lifeMs ?? lifeMs;
    this.#answerMs = options.answerMs ?? answerMs;
    this.#onFault = options.onFault;
  }

  static async open(connection: Connection, options: Options): Promise<RedisClaims> {
    const claims = new RedisClaims(connection, options);
    await connection.hear(`${claims.#prefix}claims`, (key) => claims.#over(key));
    return claims;
  }

  claim = async (key: string, patience: ClaimWait): Promise<Claim> => {
    const token = randomUUID();
    // Renewed from the first moment: the answer may be long on its way.
    this.#hold(token, key);
    const release = () => {
      this.#held.delete(token);
      this.#call("release", key, token).catch(this.#onFault);
    };
    // Before it is asked: what is said right after the answer is heard.
    const waiting = this.#await(key);
    const late = new AbortController();
    const answer = await Promise.race([
      this.#call("take", key, token).catch(this.#onFault),
      wait(this.#answerMs, 1, { signal: late.signal }),
    ]).finally(() => late.abort());
    if (answer !== 0) {
      waiting.end();
      return { mine: true, release };
    }
    this.#held.delete(token);
    return { mine: false, over: overWithin(waiting.promise, patience).finally(waiting.end) };
  };

  /** Renews nothing any more: what this process has expires. */
  close(): void {
    clearInterval(this.#renewing);
    for (const key of [...this.#waiting.keys()]) this.#over(key);
  }

  #hold(token: string, key: string): void {
    this.#held.set(token, key);
    this.#renewing ??= setInterval(() => void this.#renew().catch(this.#onFault), this.#lifeMs / 3).unref();
  }

  async #renew(): Promise<void> {
    const all = [...this.#held];
    for (let i = 0; i < all.length; i += atOnce)
      await this.#call("renew", ...all.slice(i, i + atOnce).flatMap(([token, key]) => [key, token]));
  }

  /** Resolves when the claim of that value is over, as is said or found at a look. */
  #await(key: string): { readonly promise: Promise<void>; end(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const all = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, all.add(resolve));
    const look = async () => {
      if ((await this.#call("look", key)) === 0) resolve();
    };
    // Whoever is lost says nothing, and what is said while the line is broken is not heard.
    const looking = setInterval(() => void look().catch(this.#onFault), this.#lifeMs / 3).unref();
    return {
      promise,
      end: () => {
        clearInterval(looking);
        all.delete(resolve);
        if (all.size === 0 && this.#waiting.get(key) === all) this.#waiting.delete(key);
      },
    };
  }

  #over(key: string): void {
    for (const resolve of this.#waiting.get(key) ?? []) resolve();
  }

  #call(what: string, ...args: readonly string[]) {
    return this.#connection.evaluate(script, this.#prefix, [what, String(this.#lifeMs), ...args]);
  }
}
