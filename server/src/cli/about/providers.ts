import { fastestProvider, probeAll } from "@clipwork/models/onnx";
import { exitCodes, type Terminal, visible } from "../../terminal/terminal.ts";

/**
 * `clipwork providers`: tries everything that models could run on here, and says which one `auto` uses and why not the
 * others.
 */
export async function providersCommand(terminal: Terminal, options: { readonly json?: boolean }): Promise<number> {
  const reports = await probeAll();
  const chosen = fastestProvider(reports);
  if (options.json) {
    const rows = reports.map((report) => ({ ...report, auto: report.provider === chosen }));
    terminal.out(JSON.stringify(rows, undefined, 2));
    return exitCodes.done;
  }
  for (const { provider, reason, remedy } of reports) {
    const use = provider === chosen ? "used by auto" : "not used by auto";
    terminal.out(visible(`${provider}: ${use}: ${reason}`));
    if (remedy) terminal.out(visible(`  → ${remedy}`));
  }
  return exitCodes.done;
}
