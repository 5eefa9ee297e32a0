import { arrange } from "../arrange/arrange.ts";
import { createEditor, type Editor } from "../editor/create-editor.ts";
import { createLive } from "../server/live.ts";
import type { FakeSocket } from "./fake-network.ts";
import { FakeBrowser, FakeClock, FakeDisk } from "./fake-ports.ts";
import { FakeServer } from "./fake-server.ts";

/** An editor on ports of memory, with all that the test may turn. */
export type Started = {
  readonly editor: Editor;
  readonly server: FakeServer;
  readonly socket: FakeSocket;
  readonly clock: FakeClock;
  readonly browser: FakeBrowser;
  readonly disk: FakeDisk;
  /** What the page's tab remembers over a reload. */
  readonly tab: Map<string, string>;
  /** The page is gone. */
  close(): void;
};

type Options = Partial<Pick<Started, "server" | "clock" | "browser" | "disk" | "tab">> & { readonly locks?: boolean };

/** Builds an editor that has not been opened. */
export function buildEditor({
  server = new FakeServer(),
  clock = new FakeClock(),
  browser = new FakeBrowser(),
  disk = new FakeDisk(),
  tab = new Map(),
  locks = true,
}: Options = {}): Started {
  const { storage, close } = disk.page(tab, locks);
  const socket = server.network.socket();
  const editor = createEditor({
    api: server.api,
    connect: (listener) => createLive(socket.live, listener),
    storage,
    clock,
    browser,
    arrange: async (graph) => arrange(graph),
  });
  return {
    editor,
    server,
    socket,
    clock,
    browser,
    disk,
    tab,
    close() {
      void editor.drafts.flush();
      socket.disconnect();
      close();
    },
  };
}

/** An editor that is connected and open, as a page has it: the first template, unless a draft or a run is there. */
export async function startEditor(options: Options & { readonly run?: string } = {}): Promise<Started> {
  const started = buildEditor(options);
  started.socket.connect();
  await started.editor.open(options.run);
  return started;
}

/** Lets everything that waits for a promise go on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
