import { Client } from "pg";
import { databaseUrl } from "@/lib/db/url";

type Listener = (payload: string) => void;

/** One LISTEN connection per process, opened with the first listener and closed with the last. */
class Hub {
  private client: Client | undefined;
  private readonly listeners = new Map<string, Set<Listener>>();

  async add(channel: string, listener: Listener): Promise<() => void> {
    const set = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, set);
    set.add(listener);
    await this.connect(channel).catch(() => this.reconnectLater());
    return () => {
      set.delete(listener);
      if (set.size === 0) this.listeners.delete(channel);
      if (this.listeners.size === 0) this.close();
    };
  }

  private async connect(channel?: string): Promise<void> {
    if (this.client === undefined) {
      const client = new Client({ connectionString: databaseUrl(), keepAlive: true });
      this.client = client;
      client.on("notification", ({ channel: from, payload }) => {
        for (const listener of this.listeners.get(from) ?? []) listener(payload ?? "");
      });
      client.on("error", () => {
        if (this.client !== client) return;
        this.client = undefined;
        this.reconnectLater();
      });
      await client.connect();
      for (const each of this.listeners.keys()) await client.query(`LISTEN ${each}`);
    } else if (channel !== undefined) {
      await this.client.query(`LISTEN ${channel}`);
    }
  }

  /** Listeners also poll slowly, so a lost connection delays them and loses nothing. */
  private reconnectLater(): void {
    setTimeout(() => {
      if (this.listeners.size > 0 && this.client === undefined) this.connect().catch(() => this.reconnectLater());
    }, 1000).unref();
  }

  private close(): void {
    const client = this.client;
    this.client = undefined;
    client?.end().catch(() => {});
  }
}

const held = globalThis as typeof globalThis & { foveaListenHub?: Hub };

/**
 * Calls `listener` for each notification on a channel. Missed ones are not replayed: read the rows after each call and
 * now and then without one.
 * @returns a function that stops it.
 */
export function listen(channel: string, listener: Listener): Promise<() => void> {
  held.foveaListenHub ??= new Hub();
  return held.foveaListenHub.add(channel, listener);
}
