import { beforeAll, describe, expect, it } from "vitest";
import { PUT as putItem, DELETE as removeItem } from "@/app/api/v1/lists/[id]/items/[model]/[sae]/[index]/route";
import { PATCH as change, GET as get, DELETE as remove } from "@/app/api/v1/lists/[id]/route";
import { POST as create, GET as list } from "@/app/api/v1/lists/route";
import { listSchema } from "@/lib/lists/schema";
import { answer } from "../helpers/call-route";
import { makeFeatures } from "../helpers/feature-rows";

const ref = (index: number) => `m/s/${index}`;
beforeAll(() =>
  makeFeatures(
    "m",
    "s",
    Array.from({ length: 520 }, (_, index) => ({ index, label: `thing ${index}` })),
  ),
);

const make = async (refs: readonly number[], name = "mine") =>
  (await answer(create, "/lists", { method: "POST", body: { name, items: refs.map((i) => ({ ref: ref(i) })) } })).json;
const item = (route: typeof putItem, method: string, id: string, index: number, body = {}) =>
  answer(route, "", {
    method,
    params: { id, model: "m", sae: "s", index: String(index) },
    ...(method === "PUT" ? { body } : {}),
  });
const read = (id: string) => answer(get, "", { params: { id } });
const order = async (id: string) => (await read(id)).json.items.map((i: { index: number }) => i.index);

describe("lists", () => {
  it("keep order and notes, and move features to the place that was asked for", async () => {
    const { id } = await make([3, 1, 2]);
    await item(putItem, "PUT", id, 9, { note: "*new*", position: 1 });
    expect(await order(id)).toEqual([3, 9, 1, 2]);
    await item(putItem, "PUT", id, 3, { position: 3 });
    expect(await order(id)).toEqual([9, 1, 2, 3]);
    await item(putItem, "PUT", id, 9, {});
    expect(listSchema.parse((await read(id)).json).items[0]).toMatchObject({ ref: ref(9), note: "*new*" });
    expect((await item(removeItem, "DELETE", id, 1)).json.n).toBe(3);
    expect((await item(removeItem, "DELETE", id, 1)).status).toBe(200);
  });

  it("refuse a change of what somebody else changed meanwhile", async () => {
    const { id } = await make([1]);
    const etag = (await read(id)).response.headers.get("etag") ?? "";
    const patch = (name: string) =>
      answer(change, "", { method: "PATCH", params: { id }, body: { name }, headers: { "if-match": etag } });
    expect((await patch("first")).json.name).toBe("first");
    expect(await patch("second")).toMatchObject({ status: 412, json: { code: "CHANGED_MEANWHILE" } });
    const gone = await answer(remove, "", { method: "DELETE", params: { id }, headers: { "if-match": etag } });
    expect(gone.status).toBe(412);
    expect((await answer(remove, "", { method: "DELETE", params: { id } })).json.items).toHaveLength(1);
    expect((await read(id)).status).toBe(404);
  });

  it("hold up to 500 features", async () => {
    const { id } = await make(Array.from({ length: 500 }, (_, i) => i));
    expect(await item(putItem, "PUT", id, 510)).toMatchObject({ status: 413, json: { code: "TOO_LARGE" } });
    expect((await item(putItem, "PUT", id, 7, { note: "still" })).status).toBe(200);
  });

  it("make the stars when the first feature is starred", async () => {
    expect((await read("starred")).json).toMatchObject({ name: "Starred", items: [] });
    await item(putItem, "PUT", "starred", 5);
    expect(await order("starred")).toEqual([5]);
    expect((await answer(list, "/lists?limit=1")).json.items[0]).toMatchObject({ id: "starred", n: 1 });
  });

  it("name the feature that does not exist", async () => {
    expect((await item(putItem, "PUT", "starred", 9999)).status).toBe(404);
    const bad = await answer(create, "/lists", { method: "POST", body: { name: "x", items: [{ ref: "m/s/9999" }] } });
    expect(bad).toMatchObject({ status: 400, json: { code: "INVALID_INPUT" } });
  });
});
