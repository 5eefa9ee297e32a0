import { type Environment, readDocument } from "@clipwork/engine";
import { environmentFor, offer } from "./catalogue.ts";
import { workflow } from "./editor.ts";

/** What the engine needs to check the document as it is now. */
export function environment(): Environment {
  return environmentFor(readDocument(workflow()).document, offer.get());
}
