/** The text of a search box as parts that the index understands; quotes and minus words are left to Postgres. */
export interface Words {
  text: string;
  /** The same in lower case, without accents. */
  plain: string;
  /** Quotes or minus words: the reader says precisely what is meant, so nothing merely similar is offered. */
  exact: boolean;
  /** The words of `plain`. */
  words: string[];
  /** The last word is still being typed: its beginnings count. */
  unfinished: boolean;
  /** A feature named by its address or number. */
  address: { model?: string; sae?: string; index: number } | null;
}

const ADDRESS = /^(?:https?:\/\/[^/]+\/)?(?:(?:([a-z0-9][a-z0-9._-]*)\/)?([a-z0-9][a-z0-9._-]*)\/)?#?(\d+)(?:[?#].*)?$/;

/** Parses a query; an empty text has no words and no address. */
export function parseWords(q: string): Words {
  const text = q.trim();
  const found = ADDRESS.exec(text);
  const index = found ? Number(found[3]) : Number.NaN;
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return {
    text,
    plain,
    exact: /"|(^|\s)-/.test(text),
    words: plain.match(/[\p{L}\p{N}]+/gu) ?? [],
    unfinished: !/\s$/.test(q),
    address: found && index < 2 ** 31 ? { model: found[1], sae: found[2], index } : null,
  };
}
