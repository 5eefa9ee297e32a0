import { queueContract } from "../queue.contract.ts";
import { MemoryQueue } from "./memory-queue.ts";

queueContract("memory", () => {
  const queue = new MemoryQueue();
  return { queue, restart: async () => new MemoryQueue(queue.kept) };
});
