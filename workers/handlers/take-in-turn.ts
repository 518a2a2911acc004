import type { PendingFeature } from "@/lib/autointerp/data";

/**
 * Hands out features that wait, each once, `most` in all; several may ask at a time. A feature waits while one of its twins is under
 * way: it will take over what is found out about that.
 */
export function takeInTurn(
  read: (besides: number[]) => Promise<PendingFeature[]>,
  most: number,
  twinsOf: (feature: PendingFeature) => readonly number[],
) {
  const underWay = new Set<number>();
  let ahead: PendingFeature[] = [];
  let left = most;
  let turn: Promise<unknown> = Promise.resolve();
  let wake = () => {};
  const takeNow = async (n: number): Promise<PendingFeature[]> => {
    for (;;) {
      const wanted = Math.min(n, left);
      if (ahead.length < wanted) ahead = await read([...underWay]);
      const open = ahead.filter((f) => !twinsOf(f).some((t) => underWay.has(t)));
      if (open.length > 0 || ahead.length === 0 || wanted === 0) {
        const taken = new Set(open.slice(0, wanted));
        ahead = ahead.filter((f) => !taken.has(f));
        for (const { index } of taken) underWay.add(index);
        left -= taken.size;
        return [...taken];
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    take(n: number): Promise<PendingFeature[]> {
      const taken = turn.then(() => takeNow(n));
      turn = taken.catch(() => {});
      return taken;
    },
    /** What was handed out is written, or given up: what waits is known from its row again. */
    settled(indices: readonly number[]): void {
      for (const index of indices) underWay.delete(index);
      wake();
    },
  };
}
