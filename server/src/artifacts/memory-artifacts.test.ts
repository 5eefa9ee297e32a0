import { artifactStoreContract } from "./artifact-store.contract.ts";
import { type MemoryArtifacts, memoryArtifacts } from "./memory-artifacts.ts";

const onFault = (error: unknown) => {
  throw error;
};

artifactStoreContract("memory", () => {
  const kept: MemoryArtifacts = { bytes: new Map(), owners: new Map() };
  return { store: memoryArtifacts(onFault, kept), restart: async () => memoryArtifacts(onFault, kept) };
});
