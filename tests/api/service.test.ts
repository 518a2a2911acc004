import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { GET as getHealth } from "@/app/api/v1/health/route";
import { GET as getOpenApi } from "@/app/api/v1/openapi.json/route";
import { GET as getService } from "@/app/api/v1/route";
import { announceWorker } from "@/lib/jobs/presence";
import { collectRoutes } from "@/scripts/collect-routes";
import { openApiText } from "@/scripts/openapi";
import { answer } from "../helpers/call-route";

describe("GET /health", () => {
  it("tells what lives and what does not", async () => {
    const before = await answer(getHealth, "/health");
    expect(before.json).toMatchObject({
      status: "degraded",
      ready: false,
      database: "up",
      workers: { interactive: 0, batch: 0 },
      features: 0,
    });
    const worker = await announceWorker(["interactive", "batch"]);
    expect((await answer(getHealth, "/health")).json).toMatchObject({
      status: "starting",
      workers: { interactive: 1, batch: 1 },
    });
    await worker.end();
    expect((await answer(getHealth, "/health")).json).toMatchObject({ workers: { interactive: 0, batch: 0 } });
  });
});

describe("GET /", () => {
  it("says what this server is", async () => {
    expect(await answer(getService, "/")).toMatchObject({
      status: 200,
      json: { name: "fovea", accessMode: "open", explainers: ["self"] },
    });
  });
});

describe("the OpenAPI document", () => {
  it("is up to date", async () => {
    const same = readFileSync("public/openapi.json", "utf8") === (await openApiText());
    expect(same, "public/openapi.json is out of date: run `npm run openapi` and commit it").toBe(true);
    expect((await answer(getOpenApi, "/openapi.json")).json).toMatchObject({ openapi: "3.1.0" });
  });

  it("covers every route, at the path and with the method of its file", async () => {
    for (const { file, path, method, contract } of await collectRoutes()) {
      expect(contract, `${file}: ${method} is made by defineRoute`).toBeDefined();
      expect(`${contract!.method} ${contract!.path}`, file).toBe(`${method} ${path}`);
      const named = [...contract!.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const params = contract!.params as unknown as { shape?: Record<string, unknown> } | undefined;
      expect(Object.keys(params?.shape ?? {}), file).toEqual(named);
    }
  });
});
