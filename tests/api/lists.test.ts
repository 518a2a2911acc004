import { beforeAll, describe, expect, it } from "vitest";
import { POST as batch } from "@/app/api/v1/features/batch/route";
import { PUT as putIn, DELETE as takeOut } from "@/app/api/v1/lists/[id]/items/[model]/[sae]/[index]/route";
import { PATCH as change, GET as one, DELETE as remove } from "@/app/api/v1/lists/[id]/route";
import { GET as all, POST as create } from "@/app/api/v1/lists/route";
import { db } from "@/lib/db/client";
import { makeFeatures } from "../helpers/feature-rows";

type Handler = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>;

async function send(
  handler: Handler,
  method: string,
  params: object,
  body?: object,
  more: { version?: number; query?: string } = {},
) {
  const request = new Request(`http://localhost/api/v1/lists${more.query ?? ""}`, {
    method,
    headers: {
      ...(body ? { "content-type": "application/json" } : {}),
      ...(more.version === undefined ? {} : { "if-match": String(more.version) }),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const response = await handler(request, { params: Promise.resolve(params) });
  return { status: response.status, json: await response.json() };
}

const at = (id: string, index: number) => ({ id, model: "m", sae: "s", index: String(index) });

beforeAll(() =>
  makeFeatures(
    "m",
    "s",
    [0, 1, 2, 3].map((index) => ({ index, label: `thing ${index}` })),
  ),
);

describe("lists", () => {
  it("keep features in an order, each with a note, and say when somebody was faster", async () => {
    const made = await send(create, "POST", {}, { name: "Foods", refs: ["m/s/2", "m/s/0", "m/s/2"] });
    expect(made.status).toBe(201);
    const id = made.json.id as string;
    const refs = async () => (await send(one, "GET", { id })).json.items.map((i: { ref: string }) => i.ref);
    expect(await refs()).toEqual(["m/s/2", "m/s/0"]);
    await send(putIn, "PUT", at(id, 3), { note: "odd" });
    await send(putIn, "PUT", at(id, 3), {});
    const listed = (await send(putIn, "PUT", at(id, 1), { position: 0 })).json;
    expect(await refs()).toEqual(["m/s/1", "m/s/2", "m/s/0", "m/s/3"]);
    expect(listed.items.at(-1)).toMatchObject({ note: "odd", feature: { label: "thing 3" } });

    const order = ["m/s/3", "m/s/0", "m/s/1", "m/s/2"];
    const changed = await send(change, "PATCH", { id }, { name: "All foods", order }, { version: listed.version });
    expect(changed.json).toMatchObject({ name: "All foods", n: 4 });
    expect(await refs()).toEqual(order);
    const late = await send(change, "PATCH", { id }, { name: "x" }, { version: listed.version });
    expect(late.json).toMatchObject({ status: 412, code: "CHANGED_MEANWHILE" });
    expect((await send(change, "PATCH", { id }, { order: order.slice(1) })).json.code).toBe("INVALID_INPUT");

    for (const _ of [1, 2]) await send(takeOut, "DELETE", at(id, 0));
    expect(await refs()).toEqual(["m/s/3", "m/s/1", "m/s/2"]);
    expect((await send(all, "GET", {}, undefined, { query: "?ref=m/s/3" })).json.items).toMatchObject([{ id, n: 3 }]);
    expect((await send(all, "GET", {}, undefined, { query: "?ref=m/s/0" })).json.items).toEqual([]);
    expect((await send(remove, "DELETE", { id })).json.name).toBe("All foods");
    expect((await send(one, "GET", { id })).status).toBe(404);
  });
  it("hold up to 500 features, all of which exist", async () => {
    expect((await send(create, "POST", {}, { name: "x", refs: ["m/s/77"] })).json.code).toBe("NOT_FOUND");
    expect((await send(create, "POST", {}, { name: " " })).json.code).toBe("INVALID_INPUT");
    const { id } = (await send(create, "POST", {}, { name: "full" })).json;
    await db().listItem.createMany({
      data: Array.from({ length: 500 }, (_, i) => ({ listId: id, ref: `m/gone/${i}`, position: i })),
    });
    expect((await send(putIn, "PUT", at(id, 0), {})).json).toMatchObject({ status: 413, code: "TOO_LARGE" });
    // What is gone stays in its place, told as gone.
    expect((await send(one, "GET", { id })).json.items[0]).toEqual({ ref: "m/gone/0", note: "", feature: null });
  });
  it("answers rows by their refs in order", async () => {
    const { json } = await send(batch, "POST", {}, { refs: ["m/s/3", "m/x/1", "m/s/1"] });
    expect(json.items.map((row: { label: string } | null) => row?.label ?? null)).toEqual(["thing 3", null, "thing 1"]);
  });
});
