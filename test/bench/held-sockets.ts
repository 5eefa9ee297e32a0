import { askRaw, begin, hold, openViewer } from "../server/raw.fixture.ts";
import { startServer, type TestServer } from "../server/server.fixture.ts";
import { atMost, type Findings } from "./findings.ts";
import { temporaryFolder } from "./places.ts";
import { show, spread, timed } from "./statistics.ts";

const rounds = 25;
/** Milliseconds. */
const budget = 100;

/** A client that was not there before: its first answer, and the runs over a web socket of its own. */
async function serveNew({ url }: TestServer): Promise<{ readonly page: number; readonly viewer: number }> {
  const page = await timed(async () => {
    const { status } = await askRaw(url, { path: "/" });
    if (status !== 200) throw new Error(`the page was answered with ${status}`);
  });
  const viewer = await timed(async () => (await openViewer(url, true)).destroy());
  return { page, viewer };
}

/** How long a new client waits at a server that nobody else uses, and at one whose connections are held. */
export async function measure(): Promise<Findings> {
  const cleanups: (() => unknown)[] = [];
  const context = { after: (work: () => unknown) => void cleanups.push(work) } as never;
  try {
    const server = await startServer(context, { data: temporaryFolder() });
    const measured = async () => {
      const all: Awaited<ReturnType<typeof serveNew>>[] = [];
      for (let i = 0; i < rounds; i++) all.push(await serveNew(server));
      return { page: spread(all.map(({ page }) => page)), viewer: spread(all.map(({ viewer }) => viewer)) };
    };
    const alone = await measured();
    await hold(context, 1000, () => openViewer(server.url, true));
    await hold(context, 50, () => begin(server, "GET /api/v1/version HTTP/1.1\r\nHost: a\r\nX-Slow: "));
    await hold(context, 200, () => begin(server, ""));
    const held = await measured();
    return {
      head: [`a new client, ${rounds} times`, "nobody else, ms", "connections held, ms", "budget of the longest, ms"],
      rows: [
        ["the page", show(alone.page, 1), show(held.page, 1), atMost(budget, held.page.max)],
        ["a web socket that has joined", show(alone.viewer, 1), show(held.viewer, 1), atMost(budget, held.viewer.max)],
      ],
      notes: [],
    };
  } finally {
    for (const clean of cleanups) clean();
  }
}
