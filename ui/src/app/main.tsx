import { createRoot } from "react-dom/client";
import { io } from "socket.io-client";
import { dialogs } from "../dialogs/index.ts";
import { createEditor } from "../editor/create-editor.ts";
import { EditorContext } from "../editor/use-editor.ts";
import { commandsFor } from "../keys/table.ts";
import { CommandsContext } from "../keys/use-commands.ts";
import { menus } from "../menus/index.ts";
import { sidePanels } from "../panels/index.ts";
import { createApi } from "../server/api.ts";
import { createLive } from "../server/live.ts";
import { at, serveFrom } from "../server/root.ts";
import { App } from "./app.tsx";
import { arrangeInWorker } from "./arranger.ts";
import { basePath, browserClock, browserWindow, runInAddress } from "./browser.ts";
import { colourKinds } from "./colour-kinds.ts";
import { hearKeys } from "./hear-keys.ts";
import { hearMenus } from "./hear-menus.ts";
import { hearOutside } from "./hear-outside.ts";
import { keepAddress } from "./keep-address.ts";
import { browserStorage } from "./storage.ts";

serveFrom(basePath());
const editor = createEditor({
  api: createApi(fetch, at("")),
  connect: (listener) => createLive(io({ path: at("/socket.io"), transports: ["websocket"] }), listener),
  storage: browserStorage(),
  clock: browserClock,
  browser: browserWindow(),
  arrange: arrangeInWorker,
});
const commands = commandsFor(sidePanels, dialogs);

createRoot(document.getElementById("app")!).render(
  <EditorContext value={editor}>
    <CommandsContext value={commands}>
      <App />
    </CommandsContext>
  </EditorContext>,
);
colourKinds(editor);
hearKeys(editor, commands);
hearMenus(editor, menus);
hearOutside(editor);
addEventListener("pagehide", () => editor.drafts.flush());
document.addEventListener("visibilitychange", () => document.hidden && editor.drafts.flush());
keepAddress(editor.screen, dialogs);
void editor.open(runInAddress());
