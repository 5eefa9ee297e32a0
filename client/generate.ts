// `npm run client`: writes the types of the API for the client, from the description that the server gives of itself.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import { describeApi } from "../server/src/http/openapi.ts";
import { apiRoutes, type RouteParts } from "../server/src/http/routes/index.ts";

/** Where the types lie. */
export const schemaFile = join(import.meta.dirname, "src", "schema.ts");

/** The types of the API as they are to be. */
export async function schemaText(): Promise<string> {
  // Routes describe themselves without the parts that they would ask.
  const { info, ...description } = describeApi(apiRoutes({} as RouteParts), "") as { readonly info: object };
  const types = await openapiTS(JSON.stringify({ ...description, info: { ...info, version: "" } }));
  return `// Made by \`npm run client\` from the description of the API. Not to be edited.\n\n${astToString(types)}`;
}

if (import.meta.main) writeFileSync(schemaFile, await schemaText());
