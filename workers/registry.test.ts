import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { jobs } from "@/lib/runs/kinds";
import { registry } from "./registry";

it("knows every job that lib declares, each with one handler", async () => {
  const files = readdirSync("lib", { recursive: true, encoding: "utf8" }).filter((file) =>
    /^[\w-]+\/job\.ts$/.test(file),
  );
  const declared: string[] = [];
  for (const file of files) {
    const exported = (await import(pathToFileURL(resolve(join("lib", file))).href)) as Record<
      string,
      { name?: string; lane?: string }
    >;
    declared.push(
      ...Object.values(exported)
        .filter((value) => value?.lane !== undefined)
        .map((job) => job.name!),
    );
  }
  expect(declared.sort()).toEqual(jobs.map((job) => job.name).sort());
  expect([...registry.keys()].sort()).toEqual(declared.sort());
});
