import { beforeAll, describe, expect, it } from "vitest";
import { PATCH as change, DELETE as remove } from "@/app/api/v1/recipes/[id]/route";
import { POST as create, GET as list } from "@/app/api/v1/recipes/route";
import { isId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { parseDesk, printDesk } from "@/lib/steering/desk/format";
import { recipeSchema } from "@/lib/steering/recipes/schema";
import { requestOf } from "@/lib/steering/request/format";
import { steerBodySchema } from "@/lib/steering/schema";
import { blobs } from "@/lib/storage/blobs";
import { answer, resetEnvironment } from "../helpers/call-route";
import { makeFeatures } from "../helpers/feature-rows";

const SHA = "a".repeat(64);
const QUERY =
  `in=m&f=s/3:2:add&f=s/5:0.5:clamp:question&image=${SHA}&system=be+brief&prompt=what+is+it%3F&turn=a+dog&turn=sure%3F` +
  "&where=image&unit=max&seed=7&temp=0.5&len=12&doses=-1..2&answer=yes&against=no";
const setupOf = (query: string) => {
  const desk = parseDesk(new URLSearchParams(query));
  return { ...requestOf(desk, desk.image, true), where: desk.where };
};
const setup = setupOf(QUERY);

const post = (body: object, headers = {}) => answer(create, "/recipes", { method: "POST", body, headers });
const at = (route: typeof change | typeof remove, id: string, method: string, body?: object) =>
  answer(route, `/recipes/${id}`, { method, params: { id }, ...(body ? { body } : {}) });
const names = async (query = "") =>
  (await answer(list, `/recipes${query}`)).json.items.map((r: { name: string }) => r.name);

beforeAll(async () => {
  const rows = [{ index: 3, label: "fries" }, { index: 5, label: "dog" }, { index: 6 }];
  for (const model of ["m", "other"]) await makeFeatures(model, "s", rows);
  await db().sae.updateMany({ data: { n: 100 } });
  await db().feature.updateMany({ data: { aRef: 2, max: 4 } });
  await db().feature.updateMany({ where: { index: 6 }, data: { aRef: 0, max: 0 } });
  await blobs().put(`images/${SHA}`, Buffer.from("any bytes"));
});

describe("recipes", () => {
  it("open the desk exactly as it was saved, and can be run as they are", async () => {
    expect(printDesk(parseDesk(new URLSearchParams(QUERY)))).toBe(QUERY);
    const { status, json } = await post({ name: "  Fries of a dog ", setup });
    expect(status).toBe(201);
    const recipe = recipeSchema.parse(json);
    expect(isId("recipe", recipe.id)).toBe(true);
    expect(recipe).toMatchObject({ name: "Fries of a dog", query: QUERY, setup });
    expect(steerBodySchema.parse(recipe.setup)).toMatchObject({ model: "m", seed: 7, maxTokens: 12, image: SHA });
    const listed = await answer(list, "/recipes?model=m");
    expect(listed.json.items).toEqual([json]);
    expect(listed.response.headers.get("etag")).toMatch(/^"/);
  });

  it("are listed newest first, by model and by page", async () => {
    await post({ name: "second", setup });
    await post({ name: "of another", setup: setupOf("in=other&f=s/3:1:ablate") });
    expect(await names()).toEqual(["of another", "second", "Fries of a dog"]);
    expect(await names("?model=m")).toEqual(["second", "Fries of a dog"]);
    expect(await names("?model=nobody")).toEqual([]);
    const first = (await answer(list, "/recipes?limit=2")).json;
    expect(await names(`?limit=2&cursor=${first.nextCursor}`)).toEqual(["Fries of a dog"]);
    expect((await answer(list, `/recipes?model=m&cursor=${first.nextCursor}`)).json.code).toBe("CURSOR_MISMATCH");
  });

  it("are renamed and changed, and deleted such that they can be saved again", async () => {
    const { json: before } = await post({ name: "short", setup });
    expect((await at(change, before.id, "PATCH", { name: "longer" })).json).toEqual({ ...before, name: "longer" });
    const next = setupOf("in=m&f=s/5:3:add");
    const changed = await at(change, before.id, "PATCH", { setup: next });
    expect(changed.json).toMatchObject({ id: before.id, name: "longer", query: "in=m&f=s/5:3:add" });
    expect((await at(change, before.id, "PATCH", {})).json).toEqual(changed.json);
    const gone = await at(remove, before.id, "DELETE");
    expect(gone).toMatchObject({ status: 200, json: changed.json });
    for (const again of [await at(remove, before.id, "DELETE"), await at(change, before.id, "PATCH", { name: "x" })]) {
      expect(again).toMatchObject({ status: 404, json: { code: "NOT_FOUND" } });
    }
    const { json: back } = await post({ name: gone.json.name, setup: gone.json.setup });
    expect(back).toMatchObject({ name: "longer", query: changed.json.query });
  });

  it("have names that are unique within a model", async () => {
    expect(await post({ name: "second", setup })).toMatchObject({ status: 409, json: { code: "SLUG_TAKEN" } });
    const { json } = await post({ name: "second", setup: setupOf("in=other&f=s/3") });
    expect((await at(change, json.id, "PATCH", { name: "of another" })).json.code).toBe("SLUG_TAKEN");
    expect((await at(change, json.id, "PATCH", { name: "second" })).status).toBe(200);
    expect((await at(change, json.id, "PATCH", { setup })).json.code).toBe("INVALID_INPUT");
  });

  it.each([
    ["without features", { setup: { ...setup, steering: [] } }, 400],
    ["with an empty name", { name: " ", setup }, 400],
    ["without a set-up", { setup: undefined }, 400],
    ["of an unknown model", { setup: { ...setup, model: "nobody" } }, 404],
    ["of an unknown feature", { setup: setupOf("in=m&f=s/4:1:add") }, 409],
    ["of a feature that is out of range", { setup: setupOf("in=m&f=s/999999:1:add") }, 404],
    ["of a dead feature", { setup: setupOf("in=m&f=s/6:1:add") }, 422],
    ["of an image that is not stored", { setup: { ...setup, image: "b".repeat(64) } }, 404],
  ])("%s are refused, as POST /steer would", async (_, body, status) => {
    const refused = await post({ name: "refused", ...body });
    expect(refused).toMatchObject({ status, json: { code: expect.any(String) } });
  });

  it("need the token for writing where the server has one", async () => {
    const { json } = await answer(list, "/recipes");
    resetEnvironment({ FOVEA_TOKEN: "secret-token" });
    const id = json.items[0].id;
    for (const refused of [await post({ name: "y", setup }), await at(remove, id, "DELETE")]) {
      expect(refused).toMatchObject({ status: 401, json: { code: "TOKEN_MISSING" } });
    }
    expect((await answer(list, "/recipes")).status).toBe(200);
    expect((await post({ name: "y", setup }, { authorization: "Bearer secret-token" })).status).toBe(201);
    resetEnvironment();
  });
});
