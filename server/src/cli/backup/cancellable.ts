import { basename } from "node:path";
import { BackupError } from "../../backup/backup-error.ts";
import { Rate } from "../../hub/rate.ts";
import { downloadProgress } from "../../terminal/download-progress.ts";
import { interruptible } from "../../terminal/interrupt.ts";
import { exitCodes, inputProblem, refuse, type Terminal } from "../../terminal/terminal.ts";

/** What work on a backup is given: whom to tell how far it is, and when to stop. */
export type Work = { readonly onProgress: (done: number, all: number) => void; readonly signal: AbortSignal };

/**
 * Does work on a backup that shows how far it is and can be interrupted. `work` resolves to what prints its
 * result. Returns the exit code.
 */
export async function cancellable(
  terminal: Terminal,
  { file, json }: { readonly file: string; readonly json: boolean },
  work: (options: Work) => Promise<() => void>,
): Promise<number> {
  const progress = downloadProgress(terminal, json);
  const rate = new Rate();
  const { signal, stop } = interruptible(() => {}, { kill: () => process.exit(exitCodes.interrupted) });
  const onProgress: Work["onProgress"] = (done, all) =>
    progress.show({ file: basename(file), done, all, ...rate.at(done, all) });
  try {
    const told = await work({ onProgress, signal }).finally(() => progress.stop());
    told();
    return exitCodes.done;
  } catch (error) {
    if (signal.aborted) {
      terminal.err("Cancelled: nothing was written.");
      return exitCodes.interrupted;
    }
    if (!(error instanceof BackupError)) throw error;
    return refuse(terminal, [inputProblem("backup", error.message, error.remedy)], json);
  } finally {
    stop();
  }
}
