import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { envSchema, parseEnv } from "./env";

describe("parseEnv", () => {
  it("has a default for everything that needs one, and takes empty as unset", () => {
    expect(parseEnv({ PORT: "", DATABASE_URL: "" })).toMatchObject({
      PORT: 3000,
      WORKER_LANES: ["interactive", "batch"],
    });
    expect(parseEnv({}).FOVEA_HOME).toMatch(/^\/.*\.fovea$/);
    expect(parseEnv({ PORT: "80", WORKER_LANES: " batch " })).toMatchObject({ PORT: 80, WORKER_LANES: ["batch"] });
  });

  it.each([
    ["PORT", "many"],
    ["PORT", "70000"],
    ["DATABASE_URL", "mysql://x"],
    ["STORAGE_URL", "ftp://x"],
    ["WORKER_LANES", "fast"],
    ["WORKER_LANES", ","],
    ["EXPLAINER_BASE_URL", "not an address"],
    ["FOVEA_TOKEN", "short"],
    ["HF_ENDPOINT", "huggingface"],
  ])("says in one line what is wrong with %s=%s", (name, value) => {
    expect(() => parseEnv({ [name]: value })).toThrow(new RegExp(`^${name}[^\\n]*: ${name} .*\\.$`));
  });

  it("names every wrong variable at once, and a pair that is half set", () => {
    expect(() => parseEnv({ PORT: "x", FOVEA_TOKEN: "x" })).toThrow(/PORT.*\n.*FOVEA_TOKEN/);
    expect(() => parseEnv({ EXPLAINER_MODEL: "qwen" })).toThrow("go together");
  });

  it("lists in .env.example exactly the variables that it reads", () => {
    const listed = [...readFileSync(".env.example", "utf8").matchAll(/^(\w+)=/gm)].map((match) => match[1]);
    const read = Object.keys(envSchema.shape).filter((name) => name !== "NODE_ENV");
    expect(listed.sort()).toEqual(read.sort());
  });
});
