import { setTimeout as wait } from "node:timers/promises";
import { type Connection, scriptOf } from "../../redis/connection.ts";
import type { Hash } from "../../wire/wire.ts";
import type { References } from "../port.ts";

/** How long somebody may take to remove an artifact: one who was killed meanwhile blocks nobody for longer. */
const removalMs = 60_000;
/** How often it is looked whether a removal is over. */
const lookMs = 20;

/** Adds to what an owner uses. Returns those of it that are being removed. Both scripts may be sent twice. */
const add = scriptOf(`
if redis.call('SISMEMBER', KEYS[1] .. 'owners', ARGV[1]) == 0 then redis.call('DEL', KEYS[1] .. 'uses:' .. ARGV[1]) end
local marked = {}
for i = 2, #ARGV do
  redis.call('SADD', KEYS[1] .. 'uses:' .. ARGV[1], ARGV[i])
  redis.call('SADD', KEYS[1] .. 'users:' .. ARGV[i], ARGV[1])
  if redis.call('EXISTS', KEYS[1] .. 'removing:' .. ARGV[i]) == 1 then table.insert(marked, ARGV[i]) end
end
redis.call('SADD', KEYS[1] .. 'owners', ARGV[1])
return marked`);
/** What the owner used is listed until that is over: a call that is repeated answers the same. */
const remove = scriptOf(`
local used = redis.call('SMEMBERS', KEYS[1] .. 'uses:' .. ARGV[1])
for _, hash in ipairs(used) do redis.call('SREM', KEYS[1] .. 'users:' .. hash, ARGV[1]) end
redis.call('SREM', KEYS[1] .. 'owners', ARGV[1])
redis.call('PEXPIRE', KEYS[1] .. 'uses:' .. ARGV[1], 60000)
return used`);

/** References that several servers and workers share, in Redis or Valkey. */
export class RedisReferences implements References {
  readonly #connection: Connection;
  readonly #prefix: string;

  constructor(connection: Connection, prefix = "clipwork:") {
    this.#connection = connection;
    this.#prefix = `${prefix}artifacts:`;
  }

  async add(owner: string, hashes: Iterable<Hash>): Promise<void> {
    const all = [...hashes];
    if (all.length === 0) return;
    // Who removes one marks it before he looks whether it is used: either he has seen this use, or his mark is seen here.
    const marked = (await this.#connection.evaluate(add, this.#prefix, [owner, ...all])) as readonly string[];
    for (const hash of marked) while (await this.#exists(this.#markOf(hash))) await wait(lookMs);
  }

  async remove(owner: string): Promise<readonly Hash[]> {
    const used = await this.#connection.evaluate(remove, this.#prefix, [owner]);
    return used as readonly string[];
  }

  async has(hash: Hash): Promise<boolean> {
    return this.#exists(`${this.#prefix}users:${hash}`);
  }

  async ifUnused(hash: Hash, work: () => Promise<void>): Promise<void> {
    const mark = this.#markOf(hash);
    await this.#connection.send(["SET", mark, "1", "PX", String(removalMs)]);
    try {
      if (!(await this.has(hash))) await work();
    } finally {
      await this.#connection.send(["DEL", mark]);
    }
  }

  async owners(): Promise<readonly string[]> {
    const owners = await this.#connection.send(["SMEMBERS", `${this.#prefix}owners`]);
    return [...(owners as readonly string[])].sort();
  }

  #markOf = (hash: Hash) => `${this.#prefix}removing:${hash}`;

  async #exists(key: string): Promise<boolean> {
    return (await this.#connection.send(["EXISTS", key])) === 1;
  }
}
