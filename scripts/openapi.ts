// `npm run openapi`: writes public/openapi.json from the contracts of all routes. A test fails when it is out of date.
import { writeFileSync } from "node:fs";
import { buildOpenApi } from "../lib/api/openapi";
import type { Contract } from "../lib/core/contract";
import { VERSION } from "../lib/core/version";
import { collectRoutes } from "./collect-routes";

/** The document as the file should hold it. */
export async function openApiText(): Promise<string> {
  const routes = await collectRoutes();
  const contracts = routes.map((route) => route.contract).filter((c): c is Contract => c !== undefined);
  return `${JSON.stringify(buildOpenApi(contracts, VERSION), null, 2)}\n`;
}

if (process.argv[1]?.endsWith("openapi.ts")) {
  openApiText().then((text) => {
    writeFileSync("public/openapi.json", text);
    process.stdout.write("public/openapi.json is up to date\n");
  });
}
