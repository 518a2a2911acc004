/** Things that are opened on first use and kept until all are closed, by name. */
export class Kept<T> {
  private readonly open = new Map<string, Promise<T>>();

  constructor(private readonly close: (value: T) => Promise<unknown>) {}

  /** What is kept under `key`, made now if it is not; a failure is not kept. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    const found = this.open.get(key);
    if (found) return found;
    const opening = make();
    this.open.set(key, opening);
    opening.catch(() => this.open.delete(key));
    return opening;
  }

  async closeAll(): Promise<void> {
    const all = await Promise.allSettled(this.open.values());
    this.open.clear();
    await Promise.all(all.map((result) => (result.status === "fulfilled" ? this.close(result.value) : undefined)));
  }
}
