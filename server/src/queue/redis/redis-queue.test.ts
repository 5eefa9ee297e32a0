import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { skipRedis, startRedis } from "../../redis/redis.fixture.ts";
import { queueContract } from "../queue.contract.ts";
import { RedisQueue } from "./redis-queue.ts";

const onFault = (error: unknown) => {
  throw error;
};

if (skipRedis) test("the queue in Redis", { skip: skipRedis }, () => {});
else {
  const redis = await startRedis();
  after(() => redis.stop());
  queueContract("redis", async (context) => {
    const prefix = `${randomUUID()}:`;
    const open = async () => {
      const queue = await RedisQueue.open(redis.address, { prefix, onFault });
      context.after(() => queue.close());
      return queue;
    };
    const queue = await open();
    return {
      queue,
      async restart() {
        await queue.close();
        return open();
      },
    };
  });
}
