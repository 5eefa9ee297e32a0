import { createContext } from "react";
import type { SocketRef } from "../document/links.ts";

/** What a node's card needs from its canvas. */
export type CanvasTools = {
  addSocket(socket: SocketRef, element: HTMLElement): void;
  removeSocket(element: HTMLElement): void;
};

export const CanvasContext = createContext<CanvasTools>({ addSocket() {}, removeSocket() {} });
