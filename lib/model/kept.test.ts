import { describe, expect, it } from "vitest";
import { Kept } from "@/lib/model/kept";

function kept(limit: number) {
  const closed: string[] = [];
  const opened: string[] = [];
  const all = new Kept<string>(async (name) => void closed.push(name), limit);
  const open = (name: string) => async () => {
    opened.push(name);
    return name;
  };
  return { all, open, opened, closed };
}

describe("things that are kept", () => {
  it("are opened once, and the least recently used closed beyond the limit", async () => {
    const { all, open, opened, closed } = kept(2);
    for (const name of ["a", "b", "a", "c", "a", "b"]) await all.use(name, open(name), async () => {});
    expect(opened).toEqual(["a", "b", "c", "b"]);
    expect(closed).toEqual(["b", "c"]);
    await all.closeAll();
    expect(closed.sort()).toEqual(["a", "b", "b", "c"]);
  });

  it("are never closed while they are used, however many are", async () => {
    const { all, open, closed } = kept(1);
    const [a, b] = await Promise.all([all.borrow("a", open("a")), all.borrow("b", open("b"))]);
    await all.use("c", open("c"), async () => {});
    expect(closed).toEqual(["c"]);
    await a.release();
    expect(closed).toEqual(["c", "a"]);
    await b.release();
    expect(closed).toEqual(["c", "a"]);
  });

  it("are tried again after a failure", async () => {
    const { all, open, closed } = kept(2);
    const fail = async () => Promise.reject(new Error("broken"));
    await expect(all.use("a", fail, async () => {})).rejects.toThrow("broken");
    expect(await all.use("a", open("a"), async (name) => name)).toBe("a");
    await all.closeAll();
    expect(closed).toEqual(["a"]);
  });
});
