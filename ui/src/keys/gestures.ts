import type { Group } from "./command.ts";

/** What the shortcuts sheet also lists though none of our commands handles it: the browser's clipboard, and the mouse. */
export const gestures: readonly { readonly group: Group | "Mouse"; readonly what: string; readonly how: string }[] = [
  { group: "Edit", what: "Copy, cut, paste", how: "Ctrl+C / X / V" },
  { group: "Mouse", what: "Pan", how: "drag the canvas, wheel, two fingers, or hold Space and drag" },
  { group: "Mouse", what: "Zoom", how: "Ctrl and wheel, or pinch" },
  { group: "Mouse", what: "Select several", how: "Shift and drag a box" },
  { group: "Mouse", what: "Menu", how: "right click, or a long press" },
  { group: "Mouse", what: "Add a node", how: "double-click the canvas" },
  { group: "Mouse", what: "Open a subgraph", how: "double-click its card" },
  { group: "Mouse", what: "Place a card freely", how: "Alt while dragging: cards go in line by themselves" },
  { group: "Mouse", what: "Link", how: "drag from socket to socket, or onto a node" },
  { group: "Mouse", what: "Search what fits", how: "drop a link on the canvas" },
  { group: "Mouse", what: "Put in a reroute", how: "double-click a link" },
  { group: "Mouse", what: "Take a link off", how: "drag it from its input" },
  { group: "Mouse", what: "Open a workflow", how: "drop a JSON or a PNG anywhere" },
];
