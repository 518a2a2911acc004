import { expect, it } from "vitest";
import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { ApiError, addressOf, call } from "./client";
import { defineRoute } from "./define-route";

const echo = contract({
  method: "POST",
  path: "/things/{id}/part",
  summary: "Echo",
  tag: "Test",
  params: z.object({ id: z.string() }),
  query: z.object({ n: z.coerce.number().int().default(1) }),
  body: z.object({ word: z.string() }),
  response: z.object({ id: z.string(), n: z.number(), word: z.string() }),
});

const route = defineRoute(echo, ({ params, query, body }) => {
  if (body.word === "boom") throw new Error("secret");
  return { ...params, ...query, ...body, extra: "is not in the contract" };
});

/** Client and route meet without a network. */
const viaRoute = (async (input: string | URL | Request, init?: RequestInit) => {
  const request = new Request(`http://localhost${input}`, init);
  const id = decodeURIComponent(new URL(request.url).pathname.split("/")[4]!);
  return route(request, { params: Promise.resolve({ id }) });
}) as typeof fetch;

it("carries params, query and body there and the answer back, and nothing that the contract does not name", async () => {
  const answer = await call(echo, { params: { id: "a/b" }, query: { n: 7 }, body: { word: "x" } }, { fetch: viaRoute });
  expect(answer).toEqual({ id: "a/b", n: 7, word: "x" });
  expect(addressOf(echo, { params: { id: "a/b" }, query: { n: 7, left: undefined } })).toBe(
    "/api/v1/things/a%2Fb/part?n=7",
  );
});

it("throws the problem document", async () => {
  const broken = call(echo, { params: { id: "a" }, body: { word: "boom" } }, { fetch: viaRoute });
  await expect(broken).rejects.toBeInstanceOf(ApiError);
  await expect(broken).rejects.toMatchObject({ problem: { code: "INTERNAL", status: 500 } });
  await expect(broken).rejects.not.toThrow("secret");
  const invalid = call(echo, { params: { id: "a" }, body: { word: 1 as unknown as string } }, { fetch: viaRoute });
  await expect(invalid).rejects.toMatchObject({ problem: { code: "INVALID_INPUT", errors: [{ path: "word" }] } });
});
