/** Time as an argument, so that tests need not wait. */
export interface Clock {
  now(): number;
  /** @throws when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Successes in a row after which one more request may be under way. */
const RUN_OF_SUCCESSES = 10;

/**
 * Decides when the next request may be sent: at most `limit` under way, at most so many a minute, none during a pause. A server
 * that says "too many" halves the limit and pauses everybody; a run of successes raises it again by one.
 */
export class Pace {
  private active = 0;
  private streak = 0;
  private pausedUntil = 0;
  private nextAt = 0;
  private cutAt = Number.NEGATIVE_INFINITY;
  private current: number;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly most: number,
    private readonly clock: Clock,
    private readonly perMinute?: number,
  ) {
    this.current = most;
  }

  /** Requests that may be under way now. */
  get limit(): number {
    return this.current;
  }

  /** Does one request when its turn has come. @throws what `work` throws, and when the signal aborts. */
  async run<T>(work: (sentAt: number) => Promise<T>, signal: AbortSignal): Promise<T> {
    while (this.active >= this.current) await this.turn(signal);
    this.active++;
    try {
      await this.untilOpen(signal);
      return await work(this.clock.now());
    } finally {
      this.active--;
      this.wake();
    }
  }

  /** A request was answered. */
  succeeded(): void {
    this.streak++;
    if (this.streak < RUN_OF_SUCCESSES || this.current >= this.most) return;
    this.streak = 0;
    this.current++;
    this.wake();
  }

  /** The server said "too many" to a request sent at `sentAt`: nobody sends for `ms`. */
  tooMany(ms: number, sentAt: number): void {
    const now = this.clock.now();
    this.streak = 0;
    this.pausedUntil = Math.max(this.pausedUntil, now + ms);
    // Those that were under way together are told off together; that is one reason to slow down, not many.
    if (sentAt <= this.cutAt) return;
    this.cutAt = now;
    this.current = Math.max(1, Math.floor(this.current / 2));
  }

  private async untilOpen(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const now = this.clock.now();
      const wait = Math.max(this.pausedUntil, this.nextAt) - now;
      if (wait <= 0) {
        if (this.perMinute) this.nextAt = now + 60_000 / this.perMinute;
        return;
      }
      await this.clock.sleep(wait, signal);
    }
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const stop = () => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        reject(signal.reason);
      };
      const go = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      signal.addEventListener("abort", stop, { once: true });
      this.waiting.push(go);
    });
  }

  private wake(): void {
    for (let free = this.current - this.active; free > 0; free--) this.waiting.shift()?.();
  }
}
