import { homedir } from "node:os";

/** That whoever runs this has no home folder, as a user of a container may be without one. */
export class NoHome extends Error {
  readonly remedy = "Name a folder with --data or CLIPWORK_DATA, or set HOME.";

  constructor() {
    super("This user has no home folder, so the data folder has no place.");
  }
}

/** The home folder of the user. Throws NoHome. */
export function homeFolder(): string {
  try {
    return homedir();
  } catch {
    // Without HOME, the system looks the user up, and refuses if it has no entry.
    throw new NoHome();
  }
}
