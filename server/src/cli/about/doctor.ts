import { dataFolder } from "../../data-folder/data-folder.ts";
import { exitCodes, type Terminal, visible } from "../../terminal/terminal.ts";
import { examine } from "./examine.ts";

const marks = { ok: "ok     ", warning: "warning", error: "error  " } as const;

/**
 * `clipwork doctor`: looks at all that a server needs here, and says of each thing how it stands and what to do about it. The exit code is
 * 1 if anything prevents runs.
 */
export async function doctorCommand(
  terminal: Terminal,
  options: { readonly data?: string; readonly port: string; readonly address?: string; readonly json?: boolean },
): Promise<number> {
  const { address } = options;
  const place = {
    data: dataFolder(options.data),
    port: Number(options.port),
    ...(address !== undefined && { address }),
  };
  const findings = await examine(place);
  if (options.json) terminal.out(JSON.stringify(findings, undefined, 2));
  else
    for (const { about, state, message, remedy } of findings) {
      terminal.out(visible(`${marks[state]}  ${about}: ${message}`));
      if (remedy !== undefined) terminal.out(visible(`  → ${remedy}`));
    }
  return findings.some(({ state }) => state === "error") ? exitCodes.failed : exitCodes.done;
}
