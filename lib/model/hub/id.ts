/** A model on the hub. */
export interface HubId {
  /** `owner/name`. */
  name: string;
  /** Branch, tag or commit; the main branch when undefined. */
  revision: string | undefined;
}

/** `owner/name` or `owner/name@revision`, of letters, digits, dashes, dots and underscores; undefined for anything else. */
export function parseHubId(text: string): HubId | undefined {
  const found = /^([a-z0-9][\w.-]*\/[a-z0-9][\w.-]*)(?:@([\w./-]+))?$/i.exec(text);
  return found?.[1] ? { name: found[1], revision: found[2] } : undefined;
}

/** The id as people write it. */
export function hubIdText({ name, revision }: HubId): string {
  return revision === undefined ? name : `${name}@${revision}`;
}
