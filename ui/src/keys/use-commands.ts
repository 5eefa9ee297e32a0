import { createContext, use } from "react";
import type { Command } from "./command.ts";

/** The commands of the page: its keys run them, and its shortcuts sheet lists them. */
export const CommandsContext = createContext<readonly Command[]>([]);

export function useCommands(): readonly Command[] {
  return use(CommandsContext);
}
