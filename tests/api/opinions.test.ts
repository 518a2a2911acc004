import { beforeAll, describe, expect, it } from "vitest";
import { PUT as pin } from "@/app/api/v1/explanations/[id]/label/route";
import { PUT as edit, GET as one, DELETE as remove } from "@/app/api/v1/explanations/[id]/route";
import { PUT as vote } from "@/app/api/v1/explanations/[id]/vote/route";
import { POST as write } from "@/app/api/v1/features/[model]/[sae]/[index]/explanations/route";
import { GET as getFeature } from "@/app/api/v1/features/[model]/[sae]/[index]/route";
import { GET as own } from "@/app/api/v1/features/[model]/[sae]/[index]/votes/route";
import { GET as getList } from "@/app/api/v1/features/[model]/[sae]/route";
import { GET as search } from "@/app/api/v1/search/route";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { makeFeatures } from "../helpers/feature-rows";

const at = { model: "m", sae: "s", index: "0" };
const cookie = (n: number) => `fovea-visitor=${String(n).repeat(32)}`;
type Handler = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>;

async function send(handler: Handler, method: string, params: object, body?: object, from = 1) {
  const request = new Request("http://localhost/api/v1/x", {
    method,
    headers: { cookie: cookie(from), ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const response = await handler(request, { params: Promise.resolve(params) });
  return { status: response.status, headers: response.headers, json: await response.json() };
}

const label = async () => (await send(getFeature, "GET", at)).json.label.text;
let machine: string;

beforeAll(async () => {
  const saeId = await makeFeatures("m", "s", [{ index: 0, label: "fries", detection: 0.8 }]);
  machine = newId("explanation");
  await db().explanation.create({
    data: {
      ...{ id: machine, saeId, index: 0, text: "fries", status: "explained", explainer: "self", promptVersion: "1" },
      ...{ evidence: {}, cost: {}, isLabel: true },
    },
  });
});

describe("explanations by people", () => {
  it("become the label and are found by search, until votes or a pin say otherwise", async () => {
    const { status, json } = await send(write, "POST", at, { text: " salty snack " });
    expect(status).toBe(201);
    expect(json).toMatchObject({ text: "salty snack", explainer: "human", isLabel: true, votes: { up: 0, down: 0 } });
    expect(await label()).toBe("salty snack");
    const found = await search(new Request("http://localhost/api/v1/search?q=salty"), { params: Promise.resolve({}) });
    expect((await found.json()).items[0].ref).toBe("m/s/0");

    for (const n of [2, 3]) await send(vote, "PUT", { id: json.id }, { value: -1 }, n);
    expect(await label()).toBe("fries");
    const again = await send(vote, "PUT", { id: json.id }, { value: 1 }, 2);
    expect(again.json).toEqual({ votes: { up: 1, down: 1 }, own: 1 });
    expect(await label()).toBe("salty snack");
    expect((await send(own, "GET", at, undefined, 2)).json.own).toEqual({ [json.id]: 1 });
    expect((await send(own, "GET", at, undefined, 9)).json.own).toEqual({});
    await send(vote, "PUT", { id: json.id }, { value: 0 }, 2);
    expect((await send(one, "GET", { id: json.id })).json.votes).toEqual({ up: 0, down: 1 });

    expect((await send(pin, "PUT", { id: machine }, {})).json).toMatchObject({ pinned: true, isLabel: true });
    expect(await label()).toBe("fries");
    await send(pin, "PUT", { id: machine }, { pinned: false });
    await send(vote, "PUT", { id: json.id }, { value: 0 }, 3);
    expect(await label()).toBe("salty snack");
    expect((await send(remove, "DELETE", { id: json.id })).json.text).toBe("salty snack");
    expect(await label()).toBe("fries");
  });
  it("can be edited, and scores and votes of the old words go", async () => {
    const { json: own } = await send(write, "POST", at, { text: "salty snack" });
    await send(vote, "PUT", { id: own.id }, { value: 1 });
    const { saeId, index } = await db().explanation.findUniqueOrThrow({ where: { id: own.id } });
    const score = { id: newId("score"), explanationId: own.id, saeId, index, scorer: "detection", n: 8, value: 0.75 };
    await db().score.create({ data: { ...score, receipts: [] } });
    expect((await send(edit, "PUT", { id: own.id }, { text: "salty snack" })).json.scores).toHaveProperty("detection");
    const { json } = await send(edit, "PUT", { id: own.id }, { text: " crisps " });
    expect(json).toMatchObject({ id: own.id, text: "crisps", isLabel: true, scores: {}, votes: { up: 0, down: 0 } });
    expect(await label()).toBe("crisps");
    expect((await send(edit, "PUT", { id: machine }, { text: "x" })).json.code).toBe("INVALID_INPUT");
    expect((await send(edit, "PUT", { id: own.id }, { text: " " })).json.code).toBe("INVALID_INPUT");
    await send(remove, "DELETE", { id: own.id });
  });
  it("stand beside each other in a list that asks for them", async () => {
    const { json: own } = await send(write, "POST", at, { text: "salty snack" });
    const list = async (query: string) => {
      const answer = await getList(new Request(`http://localhost/api/v1/features/m/s?${query}`), {
        params: Promise.resolve({ model: "m", sae: "s" }),
      });
      return (await answer.json()).items[0];
    };
    expect((await list("said=1")).said).toEqual([
      { explainer: "human", text: "salty snack" },
      { explainer: "self", text: "fries" },
    ]);
    expect(await list("")).not.toHaveProperty("said");
    // What the same explainer said by an older prompt is no longer what it says.
    const { saeId, index, evidence, cost } = await db().explanation.findUniqueOrThrow({ where: { id: machine } });
    const older = { saeId, index, status: "explained", text: "chips", explainer: "self", promptVersion: "0" };
    const { id } = await db().explanation.create({
      data: { ...older, id: newId("explanation"), evidence: evidence ?? {}, cost: cost ?? {}, createdAt: new Date(0) },
    });
    expect((await list("said=1")).said.map((s: { text: string }) => s.text)).toEqual(["salty snack", "fries"]);
    await db().explanation.delete({ where: { id } });
    await send(remove, "DELETE", { id: own.id });
  });
  it("refuses empty words, the deletion of a model's words, and names that are not there", async () => {
    expect((await send(write, "POST", at, { text: "  " })).json.code).toBe("INVALID_INPUT");
    expect((await send(remove, "DELETE", { id: machine })).json.code).toBe("INVALID_INPUT");
    expect((await send(vote, "PUT", { id: "xnothing" }, { value: 1 })).status).toBe(404);
    expect((await send(write, "POST", { ...at, index: "7" }, { text: "x" })).status).toBe(404);
  });
  it("gives a browser a name on its first vote", async () => {
    const request = new Request("http://localhost/x", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ value: 1 }),
    });
    const answer = await vote(request, { params: Promise.resolve({ id: machine }) });
    expect(answer.headers.get("set-cookie")).toMatch(/^fovea-visitor=[0-9a-f]{32}; .*HttpOnly; SameSite=Strict/);
  });
});
