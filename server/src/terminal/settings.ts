import type { Problem } from "@clipwork/engine";
import { inputProblem } from "./terminal.ts";

/** `name=value` texts of `--set` as settings; the last one of each name counts. */
export function readSettings(texts: readonly string[]): {
  readonly settings: { readonly [name: string]: string };
  readonly problems: readonly Problem[];
} {
  const entries: [string, string][] = [];
  const problems: Problem[] = [];
  for (const text of texts) {
    const equals = text.indexOf("=");
    if (equals > 0) entries.push([text.slice(0, equals), text.slice(equals + 1)]);
    else {
      const message = `--set ${JSON.stringify(text)} has no name and value.`;
      problems.push(inputProblem("usage", message, 'Write --set name=value, such as --set prompt="a red cube".'));
    }
  }
  return { settings: Object.fromEntries(entries), problems };
}
