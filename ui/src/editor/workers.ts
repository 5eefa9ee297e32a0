import type { WorkerJson } from "@clipwork/server/wire";
import type { Api } from "../server/api.ts";
import type { Clock } from "./ports.ts";
import { createStore, type Readable } from "./store.ts";

/** Who carries out runs, as the server last said it: nothing until it has; `trouble` is why it does not. */
export type WorkersState = { readonly workers?: readonly WorkerJson[]; readonly trouble?: string };

export type Workers = Readable<WorkersState> & {
  /** Keeps it true until the returned function is called. */
  watch(): () => void;
};

/** Between two looks, in milliseconds. */
const everyMs = 2000;

export function createWorkers({ api, clock }: { readonly api: Pick<Api, "workers">; readonly clock: Clock }): Workers {
  const { get, set, listen } = createStore<WorkersState>({});
  return {
    get,
    listen,
    watch() {
      let isOver = false;
      let callOff = () => {};
      const look = async () => {
        const said = await api.workers().then(
          ({ workers }): WorkersState => ({ workers }),
          ({ message }: Error): WorkersState => ({ trouble: message }),
        );
        if (isOver) return;
        set(() => said);
        callOff = clock.after(everyMs, () => void look());
      };
      void look();
      return () => {
        isOver = true;
        callOff();
      };
    },
  };
}
