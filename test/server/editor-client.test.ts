import { io } from "socket.io-client";
import { createApi } from "../../ui/src/server/api.ts";
import { serverContract } from "../../ui/src/testing/server.contract.ts";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { startServer } from "./server.fixture.ts";

// The editor's own client against the real server. The editor's unit tests use a server in memory, which keeps the same contract.
serverContract("the server", async (context) => {
  const server = await startServer(context);
  return {
    api: createApi(fetch, server.url),
    document: shortHierarchy() as never,
    connect(begin) {
      const socket = io(server.url, { transports: ["websocket"], forceNew: true });
      context.after(() => void socket.disconnect());
      begin(socket);
    },
    finish: async (run) => void (await server.watch(run)),
  };
});
