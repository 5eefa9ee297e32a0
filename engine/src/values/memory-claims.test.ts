import { claimsContract } from "./claims.contract.ts";
import { memoryClaims } from "./memory-claims.ts";

claimsContract("claims in memory", () => {
  const claims = memoryClaims();
  return [claims, claims];
});
