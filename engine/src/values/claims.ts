/** Whether the caller is the one who computes a value, or somebody else does so now. */
export type Claim =
  | {
      readonly mine: true;
      /** To be called once, when the value is kept or will not be. */
      release(): void;
    }
  | {
      readonly mine: false;
      /** Resolves when the other one released it or was lost, when it was waited for as long as allowed, or when the caller's signal is aborted. */
      readonly over: Promise<void>;
    };

/** How somebody waits who is not the first to claim a value. */
export type ClaimWait = {
  /** Milliseconds after which it is waited for no longer. */
  readonly ms: number;
  /** Ends the wait at once. */
  readonly signal: AbortSignal;
};

/**
 * Who computes which value, by fingerprint, where several runs may need the same one at once. A claim saves work and promises nothing: who finds
 * no value when another's claim is over computes it. Every implementation passes `claims.contract.ts`.
 */
export interface Claims {
  /** Never rejects: a claim that cannot be asked for is the caller's own. */
  claim(key: string, wait: ClaimWait): Promise<Claim>;
}
