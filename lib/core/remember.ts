import { contentVersion } from "./content-version";

/**
 * Remembers what is costly to find out. Where changes of the database are heard of, an answer is good until the next one;
 * beyond that, or where they are not, one older than `freshMs` is still given at once and is renewed behind the caller's back,
 * so that nobody waits twice. The oldest of more than `most` keys are forgotten. Failures are not kept.
 */
export function remember<T>(freshMs: number, most = 200): (key: string, find: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, { at: number; version: number | undefined; value: Promise<T> }>();
  const renew = (key: string, find: () => Promise<T>): Promise<T> => {
    const version = contentVersion();
    const value = find();
    const before = kept.get(key);
    kept.delete(key);
    kept.set(key, { at: Date.now(), version, value });
    value.catch(() => (before ? kept.set(key, before) : kept.delete(key)));
    if (kept.size > most) kept.delete(kept.keys().next().value as string);
    return value;
  };
  return (key, find) => {
    const known = kept.get(key);
    if (!known) return renew(key, find);
    const unchanged = known.version !== undefined && known.version === contentVersion();
    if (!unchanged && Date.now() - known.at > freshMs) renew(key, find).catch(() => {});
    return known.value;
  };
}
