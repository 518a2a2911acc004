import type { PendingFeature } from "@/lib/autointerp/data";

/** Hands out features that wait, each once, `most` in all; several may ask at a time. */
export function takeInTurn(read: (besides: number[]) => Promise<PendingFeature[]>, most: number) {
  const underWay = new Set<number>();
  let ahead: PendingFeature[] = [];
  let left = most;
  let turn: Promise<unknown> = Promise.resolve();
  const takeNow = async (n: number): Promise<PendingFeature[]> => {
    const wanted = Math.min(n, left);
    if (ahead.length < wanted) ahead = await read([...underWay]);
    const taken = ahead.splice(0, wanted);
    for (const { index } of taken) underWay.add(index);
    left -= taken.length;
    return taken;
  };
  return {
    take(n: number): Promise<PendingFeature[]> {
      const taken = turn.then(() => takeNow(n));
      turn = taken.catch(() => {});
      return taken;
    },
    /** What was handed out is written: what waits is known from its row again. */
    settled(indices: readonly number[]): void {
      for (const index of indices) underWay.delete(index);
    },
  };
}
