import type { Page } from "playwright-core";
import { io, type Socket } from "socket.io-client";
import { createToken } from "../../server/src/access/tokens.ts";
import type { ClientToServer, Scope, ServerToClient } from "../../server/src/wire/wire.ts";
import { startServer } from "../server/server.fixture.ts";
import { settled } from "./editor.fixture.ts";
import { slow } from "./screen-workflows.fixture.ts";

const people = ["anna", "bert-of-the-lab", "chiara", "dmitri", "eve", "fatima", "gao"] as const;

/**
 * Brings the page, as "me" with that scope, to a server of several people: a document of theirs is open, which all of them have open too, and
 * everybody has two runs in a queue that is paused. The server ends with the page's context.
 */
export const amongPeople = (scope: Scope) => async (page: Page) => {
  const ends: (() => unknown)[] = [];
  page.context().once("close", () => void Promise.all(ends.map((end) => end())));
  const server = await startServer(
    { after: (end) => void ends.push(end as () => unknown) },
    { args: ["--allow-host", "gpu.example"], env: { CLIPWORK_PACKS: "" } },
  );
  const ask = async (token: string, method: string, path: string, body: object) => {
    const reply = await server.ask(method, path, body, { authorization: `Bearer ${token}` });
    if (!reply.ok) throw new Error(await reply.text());
    return reply.json();
  };
  const admin = createToken(server.data, "host", "administer")!;
  await ask(admin, "PATCH", "/queue", { paused: true });
  const document = { ...slow, meta: { title: "Ours" } };
  const { id } = await ask(admin, "POST", "/workflows", { title: "Ours", document });
  for (const [i, name] of people.entries()) {
    const token = createToken(server.data, name, "run")!;
    for (const seed of [i, i + 10]) await ask(token, "POST", "/runs", { document, set: { seed } });
    const socket: Socket<ServerToClient, ClientToServer> = io(server.url, {
      ...{ transports: ["websocket"], forceNew: true },
      extraHeaders: { authorization: `Bearer ${token}` },
    });
    socket.emit("open", [id]);
    ends.push(() => socket.disconnect());
  }
  await page.goto(`${server.url}/?token=${createToken(server.data, "me", scope)}`);
  await page.locator(".node").first().waitFor();
  await page.getByLabel("Documents (Ctrl+O)").click();
  await page.locator(".document-open").first().click();
  await page.locator(".document-tab[data-front]", { hasText: "Ours" }).waitFor();
  await settled(page);
  await page.locator(".other").first().waitFor();
  await page.locator("#tab-runs").click();
  await page.locator(".queue-row").first().waitFor();
};
