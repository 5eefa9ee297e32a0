import { utf8 } from "@clipwork/engine";
import type { EventLog } from "../../queue/port.ts";

/** Events of a batch: few enough that to read them holds up nobody. */
const most = 500;

/** The log of a run up to its event `until`, or to its end, as lists of events in JSON. */
export function* logBatches(
  events: Pick<EventLog, "subscribe">,
  run: string,
  until: number,
): Generator<Uint8Array<ArrayBuffer>> {
  const log = events.subscribe(run, 0, () => {});
  try {
    for (let seq = 0; seq < until; ) {
      const batch: string[] = [];
      while (batch.length < most && seq < until) {
        const next = log.take();
        if (!next) break;
        batch.push(next.json);
        seq = next.seq;
      }
      if (batch.length === 0) return;
      yield utf8(`[${batch.join(",")}]`);
    }
  } finally {
    log.close();
  }
}
