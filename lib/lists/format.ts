/** Words, limits and addresses of lists; browser safe. */

/** Most features of a stored list, and of one that is only an address. */
export const MOST_ITEMS = 500;
export const MOST_ADHOC = 150;
export const NAME_LENGTH = 80;
export const TEXT_LENGTH = 4000;

/** The list that holds the stars. */
export const STARRED = { id: "starred", name: "Starred" } as const;

/** Address of a list that needs no row: `/lists/adhoc?f=a/b/1,a/b/2&name=...`. */
export function adhocAddress(refs: readonly string[], name: string): string {
  const query = new URLSearchParams({ f: refs.join(","), ...(name ? { name } : {}) });
  return `/lists/adhoc?${query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/")}`;
}

/** "4-res-4k/12" read relative to `in` (`<model>` or `<model>/<sae>`) as a whole ref; null when parts are missing. */
export function wholeRef(ref: string, scope: string): string | null {
  const parts = [...scope.split("/").filter(Boolean), ...ref.trim().replace(/^#/, "").split("/").filter(Boolean)];
  const whole = parts.slice(-3).join("/");
  // A ref that names its own model or SAE replaces those of the scope from the left.
  return /^[^/]+\/[^/]+\/(0|[1-9]\d{0,8})$/.test(whole) ? whole : null;
}
