// `npm run check`: types, lint and format of the whole project. Exits with the first failing tool's code.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
const tools = [
  [tsc, "-p", root],
  [tsc, "-p", join(root, "ui")],
  // The rooms of the editor that know no browser, without the browser's types.
  [tsc, "-p", join(root, "ui", "tsconfig.no-browser.json")],
  [tsc, "-p", join(root, "test", "browser")],
  [join(root, "node_modules", "@biomejs", "biome", "bin", "biome"), "ci", "--colors=off", "--error-on-warnings", root],
];

for (const tool of tools) {
  const { status } = spawnSync(process.execPath, tool, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
