/**
 * Writes what many produce, one write at a time: what comes meanwhile goes into the next one together. So ten producers cost a
 * few transactions, and none of them waits for another's lock.
 */
export class WriteTogether<T> {
  private waiting: { items: readonly T[]; done: () => void; failed: (error: unknown) => void }[] = [];
  private busy = false;

  constructor(private readonly write: (items: T[]) => Promise<void>) {}

  /** Resolves when the items are written. @throws what their write throws. */
  add(items: readonly T[]): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ items, done, failed });
      if (!this.busy) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        await this.write(group.flatMap(({ items }) => items));
        for (const { done } of group) done();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
    this.busy = false;
  }
}
