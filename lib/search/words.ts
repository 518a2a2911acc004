/**
 * The text of a search box as parts that the index understands. Quoted phrases and minus words are left to Postgres'
 * `websearch_to_tsquery`; this adds what it lacks: the beginning of the last word, and addresses of features.
 */
export interface Words {
  text: string;
  /** Quotes or minus words: the reader says precisely what is meant, so nothing merely similar is offered. */
  exact: boolean;
  /** tsquery for the last word as a beginning ("fri" finds "fries"); null when the text has no plain word at its end. */
  prefix: string | null;
  /** The text as plain lower-case letters, escaped for LIKE; null when it is shorter than three letters. */
  stem: string | null;
  /** A feature named by its address or number. */
  address: { model?: string; sae?: string; index: number } | null;
}

const ADDRESS = /^(?:https?:\/\/[^/]+\/)?(?:(?:([a-z0-9][a-z0-9._-]*)\/)?([a-z0-9][a-z0-9._-]*)\/)?#?(\d+)(?:[?#].*)?$/;

/** Parses a query; an empty text has no prefix and no address. */
export function parseWords(q: string): Words {
  const text = q.trim();
  const found = ADDRESS.exec(text);
  const address = found ? { model: found[1], sae: found[2], index: Number(found[3]) } : null;
  const exact = /"|(^|\s)-/.test(text);
  if (exact) return { text, exact, prefix: null, stem: null, address };
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const parts = plain.match(/[\p{L}\p{N}]+/gu) ?? [];
  const prefix = parts.length > 0 && !/\s$/.test(q) ? `${parts.join(" & ")}:*` : null;
  const stem = plain.length >= 3 ? plain.replace(/[\\%_]/g, "\\$&") : null;
  return {
    text,
    exact,
    prefix,
    stem,
    address: Number.isSafeInteger(address?.index) && (address?.index ?? 0) < 2 ** 31 ? address : null,
  };
}
