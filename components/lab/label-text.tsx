import { quoted } from "@/lib/features/format";
import type { Translations } from "@/lib/features/schema";

interface Props {
  /** In English. */
  text: string;
  translations?: Translations | undefined;
  /** In quotation marks. */
  quote?: boolean;
  /** The English words are shown smaller under a translation; otherwise they are its title. */
  both?: boolean;
}

/**
 * A label in the language that the reader chose (Settings), as far as it was translated. Pages are kept for all readers:
 * they hold every language, and a rule that is made before the first paint shows one (shell/labels-script.tsx).
 */
export function LabelText({ text, translations, quote, both }: Props) {
  const english = quote ? quoted(text) : text;
  if (!translations) return english;
  return (
    <>
      {Object.entries(translations).map(([language, words]) => (
        <span key={language} lang={language} title={both ? undefined : text} className="label-translated">
          {quote ? quoted(words) : words}
        </span>
      ))}
      <span lang="en" className={both ? "label-english label-below" : "label-english"}>
        {english}
      </span>
    </>
  );
}
