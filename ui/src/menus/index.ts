import { canvasMenu } from "./canvas.ts";
import { groupMenu } from "./group.ts";
import { linkMenu } from "./link.ts";
import type { MenuKind } from "./menu-kind.ts";
import { nodeMenu } from "./node.ts";
import { noteMenu } from "./note.ts";
import { pictureMenu } from "./picture.ts";
import { runMenu } from "./run.ts";
import { fittingMenu, socketMenu, socketsMenu } from "./sockets.ts";
import { tabMenu } from "./tab.ts";

/** All menus. Those that are on something in the page open by right click, by key and by a long press. */
export const menus: readonly MenuKind[] = [
  canvasMenu,
  nodeMenu,
  groupMenu,
  noteMenu,
  pictureMenu,
  socketMenu,
  socketsMenu,
  fittingMenu,
  linkMenu,
  tabMenu,
  runMenu,
];
