import { beforeAll, expect, it } from "vitest";
import { PATCH as change, DELETE as remove } from "@/app/api/v1/notes/[id]/route";
import { GET as list, POST as write } from "@/app/api/v1/notes/route";
import { makeFeatures } from "../helpers/feature-rows";

type Handler = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>;

async function send(
  handler: Handler,
  method: string,
  {
    id = "",
    body,
    from = 1,
    query = "",
    version,
  }: { id?: string; body?: object; from?: number; query?: string; version?: number },
) {
  const request = new Request(`http://localhost/api/v1/notes${query}`, {
    method,
    headers: {
      cookie: `fovea-visitor=${String(from).repeat(32)}`,
      ...(body ? { "content-type": "application/json" } : {}),
      ...(version === undefined ? {} : { "if-match": `"${version}"` }),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const response = await handler(request, { params: Promise.resolve({ id }) });
  return { status: response.status, json: await response.json() };
}

beforeAll(() => makeFeatures("m", "s", [{ index: 0, label: "fries" }]));

it("notes are written, read by all, changed and deleted by their writer alone", async () => {
  const { status, json: note } = await send(write, "POST", { body: { on: "m/s/0", text: "fires on **chips** too" } });
  expect(status).toBe(201);
  const read = async (from: number) => (await send(list, "GET", { query: "?on=m/s/0", from })).json.items;
  expect(await read(1)).toMatchObject([{ text: "fires on **chips** too", own: true, version: 0 }]);
  expect(await read(2)).toMatchObject([{ own: false }]);
  expect((await send(change, "PATCH", { id: note.id, body: { text: "x" }, from: 2 })).json.code).toBe(
    "SCOPE_TOO_SMALL",
  );
  const changed = await send(change, "PATCH", { id: note.id, body: { text: "and on wedges" }, version: 0 });
  expect(changed.json).toMatchObject({ text: "and on wedges", version: 1 });
  const late = await send(change, "PATCH", { id: note.id, body: { text: "late" }, version: 0 });
  expect(late.json).toMatchObject({ status: 412, code: "CHANGED_MEANWHILE" });
  expect((await send(remove, "DELETE", { id: note.id, from: 2 })).status).toBe(403);
  expect((await send(remove, "DELETE", { id: note.id })).json.text).toBe("and on wedges");
  expect(await read(1)).toEqual([]);
});

it("notes are on things that exist, and have words", async () => {
  expect((await send(write, "POST", { body: { on: "m/s/9", text: "x" } })).status).toBe(404);
  expect((await send(write, "POST", { body: { on: "m/x/0", text: "x" } })).status).toBe(404);
  expect((await send(write, "POST", { body: { on: "../etc", text: "x" } })).status).toBe(400);
  expect((await send(write, "POST", { body: { on: "m/s/0", text: "  " } })).status).toBe(400);
});
