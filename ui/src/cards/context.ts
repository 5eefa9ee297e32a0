import { createContext } from "react";
import type { SocketRef } from "../document/links.ts";

/** What a node's card needs of the canvas that it stands on. */
export type CanvasTools = {
  addSocket(socket: SocketRef, element: HTMLElement): void;
  removeSocket(element: HTMLElement): void;
};

export const CanvasContext = createContext<CanvasTools>({ addSocket() {}, removeSocket() {} });
