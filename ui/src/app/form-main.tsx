import { createRoot } from "react-dom/client";
import { io } from "socket.io-client";
import { PageContext } from "../editor/use-editor.ts";
import { readAddress } from "../form/address.ts";
import { createForm } from "../form/create-form.ts";
import { FormPage } from "../form/form-page.tsx";
import { FormContext } from "../form/use-form.ts";
import { createApi } from "../server/api.ts";
import { createLive } from "../server/live.ts";
import { at, serveFrom } from "../server/root.ts";
import { basePath, browserClock, browserWindow, runInAddress } from "./browser.ts";
import { colourKinds } from "./colour-kinds.ts";
import { browserStorage } from "./storage.ts";

serveFrom(basePath());
const form = createForm(
  {
    api: createApi(fetch, at("")),
    connect: (listener) => createLive(io({ path: at("/socket.io"), transports: ["websocket"] }), listener),
    storage: browserStorage(),
    clock: browserClock,
    browser: browserWindow(),
  },
  readAddress(location.pathname.slice(at("").length)),
);

createRoot(document.getElementById("app")!).render(
  <PageContext value={form}>
    <FormContext value={form}>
      <FormPage />
    </FormContext>
  </PageContext>,
);
colourKinds(form);
void form.open(runInAddress());
