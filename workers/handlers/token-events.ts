import type { JobContext } from "@/lib/jobs/define";

/**
 * Sends tokens in order without making the model wait. Equal seeds give equal answers, so a second attempt goes on where
 * the first was cut off.
 */
export class TokenEvents {
  private last: Promise<void> = Promise.resolve();
  private count = 0;

  /** @param known how many were sent by earlier attempts. */
  constructor(
    private readonly ctx: Pick<JobContext, "emit">,
    private readonly known: number,
  ) {}

  send(token: unknown): void {
    if (this.count++ < this.known) return;
    this.last = this.last.then(() => this.ctx.emit("token", token));
    // Whoever waits for `sent` hears of it.
    this.last.catch(() => {});
  }

  sent(): Promise<void> {
    return this.last;
  }
}
