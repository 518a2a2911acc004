import type { Translations } from "@/lib/features/schema";

interface Props {
  /** In English. */
  text: string;
  translations?: Translations | undefined;
  /** The translation stands in quotation marks, as the text does. */
  quote?: boolean;
  /** The English words are shown smaller under a translation; otherwise they are its title. */
  both?: boolean;
}

/**
 * A label in the language that the reader chose (Settings), as far as it was translated. Pages are kept for all readers:
 * they hold every language, and `data-labels` at the root, set before the first paint, shows one (globals.css).
 */
export function LabelText({ text, translations, quote, both }: Props) {
  if (!translations) return text;
  return (
    <>
      {Object.entries(translations).map(([language, words]) => (
        <span key={language} lang={language} title={both ? undefined : text} className="label-translated">
          {quote ? `“${words}”` : words}
        </span>
      ))}
      <span lang="en" className={both ? "label-english label-below" : "label-english"}>
        {text}
      </span>
    </>
  );
}
