/** Something that is kept, and how many use it now. */
interface Entry<T> {
  value: Promise<T>;
  users: number;
}

export interface Borrowed<T> {
  value: T;
  /** Call once. */
  release(): Promise<void>;
}

/**
 * Things that are opened on first use and kept, by name. With a limit the least recently used are closed, though never
 * while they are used: whoever needs that borrows them.
 */
export class Kept<T> {
  private readonly entries = new Map<string, Entry<T>>();

  constructor(
    private readonly close: (value: T) => Promise<unknown>,
    private readonly limit = Number.POSITIVE_INFINITY,
  ) {}

  /** What is kept under `key`, made now if it is not, and held open until it is released; a failure is not kept. */
  async borrow(key: string, make: () => Promise<T>): Promise<Borrowed<T>> {
    const entry = this.entry(key, make);
    entry.users++;
    const release = async () => {
      entry.users--;
      await this.shrink();
    };
    try {
      return { value: await entry.value, release };
    } catch (error) {
      entry.users--;
      throw error;
    }
  }

  /** Borrows for the time of `work`. */
  async use<R>(key: string, make: () => Promise<T>, work: (value: T) => Promise<R>): Promise<R> {
    const { value, release } = await this.borrow(key, make);
    try {
      return await work(value);
    } finally {
      await release();
    }
  }

  async closeAll(): Promise<void> {
    const all = [...this.entries.values()];
    this.entries.clear();
    await Promise.all(all.map((entry) => this.closeEntry(entry)));
  }

  private entry(key: string, make: () => Promise<T>): Entry<T> {
    const entry = this.entries.get(key) ?? { value: make(), users: 0 };
    // Behind all others: the first of the map is the one that was not used for longest.
    this.entries.delete(key);
    this.entries.set(key, entry);
    entry.value.catch(() => {
      if (this.entries.get(key) === entry) this.entries.delete(key);
    });
    return entry;
  }

  private async shrink(): Promise<void> {
    for (const [key, entry] of this.entries) {
      if (this.entries.size <= this.limit) return;
      if (entry.users > 0) continue;
      this.entries.delete(key);
      await this.closeEntry(entry);
    }
  }

  private closeEntry({ value }: Entry<T>): Promise<unknown> {
    return value.then(this.close, () => undefined);
  }
}

/** Edited graphs stay open as long as their weights together stay below this, and a few of any size. */
const KEEP_BYTES = 2e9;
const KEEP_LEAST = 2;

/** How many edited graphs of a part with weights of so many bytes to keep: each holds a share of the weights once more. */
export function graphsToKeep(bytes: number): number {
  return Math.max(KEEP_LEAST, Math.floor(KEEP_BYTES / Math.max(1, bytes)));
}
