/**
 * Remembers what is costly to find out. An answer older than `freshMs` is still given at once and is renewed behind the
 * caller's back, so that nobody waits twice; the oldest of more than `most` keys are forgotten. Failures are not kept.
 */
export function remember<T>(freshMs: number, most = 200): (key: string, find: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, { at: number; value: Promise<T> }>();
  const renew = (key: string, find: () => Promise<T>): Promise<T> => {
    const value = find();
    const before = kept.get(key);
    kept.delete(key);
    kept.set(key, { at: Date.now(), value });
    value.catch(() => (before ? kept.set(key, before) : kept.delete(key)));
    if (kept.size > most) kept.delete(kept.keys().next().value as string);
    return value;
  };
  return (key, find) => {
    const known = kept.get(key);
    if (!known) return renew(key, find);
    if (Date.now() - known.at > freshMs) renew(key, find).catch(() => {});
    return known.value;
  };
}
