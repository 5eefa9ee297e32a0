import { createRequire } from "node:module";
import { dirname } from "node:path";
import { Router } from "express";
import { describeApi } from "./openapi.ts";
import type { Route } from "./route.ts";

const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Clipwork API</title>
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="api"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

/** Draws the description; contacts no other site. */
const start = `SwaggerUIBundle({ url: "openapi.json", dom_id: "#api", validatorUrl: null });\n`;

/** The description of the API and a page that shows it, with everything it needs from this server. */
export function docsPage(routes: readonly Route[], basePath: string): Router {
  // Made when somebody asks: few do, and it takes memory.
  let description: object | undefined;
  const router = Router({ caseSensitive: true, strict: true });
  router.get("/openapi.json", (_request, response) => {
    description ??= describeApi(routes, basePath);
    response.json(description);
  });
  router.get("/docs", (_request, response) => void response.type("html").send(page));
  router.get("/docs/start.js", (_request, response) => void response.type("js").send(start));
  for (const file of ["swagger-ui.css", "swagger-ui-bundle.js"])
    router.get(`/docs/${file}`, (_request, response) => response.sendFile(file, { root: swagger }));
  return router;
}
