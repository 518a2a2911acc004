import { describe, expect, it } from "vitest";
import { type Clock, Pace } from "./pace";

const signal = new AbortController().signal;

/** A clock that stands until somebody sleeps. */
function stillClock() {
  const state = { time: 1000 };
  const clock: Clock = {
    now: () => state.time,
    sleep: async (ms) => {
      state.time += ms;
    },
  };
  return { state, clock };
}

/** Starts `n` requests that end when told; answers how many began. */
function begin(pace: Pace, n: number) {
  let began = 0;
  const ends: (() => void)[] = [];
  const all = Array.from({ length: n }, () =>
    pace.run(() => {
      began++;
      return new Promise<void>((resolve) => void ends.push(resolve));
    }, signal),
  );
  return { all, began: () => began, endOne: () => ends.shift()?.() };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("pace", () => {
  it("lets so many be under way, and the next one when one ends", async () => {
    const work = begin(new Pace(3, stillClock().clock), 5);
    await settle();
    expect(work.began()).toBe(3);
    work.endOne();
    await settle();
    expect(work.began()).toBe(4);
    for (let i = 0; i < 5; i++) {
      work.endOne();
      await settle();
    }
    await Promise.all(work.all);
  });

  it("halves once for those that were under way together, and climbs again after a run of successes", () => {
    const { state, clock } = stillClock();
    const pace = new Pace(8, clock);
    pace.tooMany(10, 990);
    pace.tooMany(10, 995);
    expect(pace.limit).toBe(4);
    state.time = 2000;
    pace.tooMany(10, 1500);
    expect(pace.limit).toBe(2);
    for (let i = 0; i < 9; i++) pace.succeeded();
    expect(pace.limit).toBe(2);
    pace.succeeded();
    expect(pace.limit).toBe(3);
    for (let i = 0; i < 200; i++) pace.succeeded();
    expect(pace.limit).toBe(8);
  });

  it("sends nothing during a pause", async () => {
    const { clock } = stillClock();
    const pace = new Pace(2, clock);
    pace.tooMany(500, 1000);
    expect(await pace.run(async (at) => at, signal)).toBe(1500);
  });

  it("keeps to so many a minute", async () => {
    const pace = new Pace(2, stillClock().clock, 60);
    const times: number[] = [];
    for (let i = 0; i < 4; i++) times.push(await pace.run(async (at) => at, signal));
    expect(times).toEqual([1000, 2000, 3000, 4000]);
  });

  it("lets those that wait go when the signal aborts, and others take their place", async () => {
    const pace = new Pace(1, stillClock().clock);
    const work = begin(pace, 1);
    const controller = new AbortController();
    const waiting = pace.run(async () => 1, controller.signal);
    const other = pace.run(async () => 2, signal);
    controller.abort(new Error("stop"));
    await expect(waiting).rejects.toThrow("stop");
    work.endOne();
    expect(await other).toBe(2);
  });
});
