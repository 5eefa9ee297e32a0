import { p } from "@clipwork/engine";

/** What the files of an output are called. */
export const nameParam = () => p.text("Start of the file's name; empty takes the node's id.", { maxLength: 64 });
