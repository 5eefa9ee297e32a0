import { memoryStore } from "./memory-store.ts";
import { valueStoreContract } from "./value-store.contract.ts";

valueStoreContract("memory store", () => {
  const store = memoryStore();
  return { store, reopen: () => store, overhead: 0 };
});
