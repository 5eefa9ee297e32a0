import { painting } from "../testing/catalogue.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { serverContract } from "../testing/server.contract.ts";

serverContract("the server of the editor's tests", async () => {
  const server = new FakeServer();
  return {
    api: server.api,
    document: painting,
    connect(begin) {
      const socket = server.network.socket();
      begin(socket.live);
      socket.connect();
    },
    finish: async (run) => server.play(run),
  };
});
