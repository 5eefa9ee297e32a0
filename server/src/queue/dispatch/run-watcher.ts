import type { RunEvent, RunView } from "@clipwork/engine";
import type { Shown, WorkAhead } from "../../worker/worker-protocol.ts";

/** The newest frame of a node, for viewers. */
export type Frame = {
  readonly run: string;
  readonly node: string;
  readonly item: number;
  readonly port: string;
  readonly step: number;
  readonly steps: number;
  readonly bytes: Uint8Array;
};

/** Receives what the worker reports about its run. */
export type RunWatcher = {
  /** Before a run's first event. */
  begin(run: string, ahead: WorkAhead): void;
  /** Before a node begins that was not ahead. */
  unforeseen(run: string, node: string, kind: string): void;
  record(run: string, event: RunEvent | Shown, view: RunView): void;
  frame(frame: Frame): void;
  /** A line that the worker's process wrote on its standard error, while it ran this run. */
  line(run: string, line: string): void;
  /** After a run's last event. */
  end(run: string): void;
};
