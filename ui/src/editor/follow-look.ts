import type { Runs } from "./runs.ts";
import type { Screen } from "./screen.ts";

/** From now on, a close look at what a node made in the shown run goes on in the run that takes its place. */
export function followLook(screen: Screen, runs: Runs): void {
  let before = runs.get().shown?.run;
  runs.listen(() => {
    const now = runs.get().shown?.run;
    const { look } = screen.get();
    if (look && look.run === before && now !== undefined && now !== before)
      screen.show({ look: { ...look, run: now } });
    before = now;
  });
}
