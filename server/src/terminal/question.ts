import { createInterface } from "node:readline/promises";

/** Whether the user says yes. Without a terminal on both sides nobody is asked, and the answer is no. */
export async function askYes(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const dialog = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await dialog.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    dialog.close();
  }
}
