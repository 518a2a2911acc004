"use client";
import type { WordResult } from "@/lib/inspect/word/schema";
import { Panel } from "../ui/panel";
import { LikeliestTokens } from "../viz/likeliest-tokens";
import { readable } from "../viz/token-strip";

type Version = WordResult["versions"][number];

const NAMES = { plain: "without the word", word: "with the word", scrambled: "letters scrambled" } as const;

/** Place of the first token at which two answers differ; 0 when they are alike. */
function firstDifference(a: Version, b: Version): number {
  const n = Math.min(a.answer.tokens.length, b.answer.tokens.length);
  for (let i = 0; i < n; i++) if (a.answer.tokens[i]?.text !== b.answer.tokens[i]?.text) return i;
  return a.answer.tokens.length === b.answer.tokens.length ? 0 : Math.max(0, n - 1);
}

/** What the model says to the image without the word, with it, and with its letters scrambled; likeliest tokens where the answers part. */
export function WordAnswers({ result, text }: { result: WordResult; text: string }) {
  const { versions } = result;
  const [plain, word] = [versions.find((v) => v.name === "plain"), versions.find((v) => v.name === "word")];
  if (!plain || !word) return null;
  const same = plain.answer.text === word.answer.text;
  const at = firstDifference(plain, word);
  const before = readable(
    plain.answer.tokens
      .slice(0, at)
      .map((t) => t.text)
      .join(""),
  ).trim();
  // Probabilities can be set beside each other only after equal beginnings.
  const begins = (v: Version) =>
    v.answer.tokens.length > at &&
    v.answer.tokens.slice(0, at).every((t, i) => t.text === plain.answer.tokens[i]?.text);
  return (
    <Panel title="Answer" aside={`to “${text}”`}>
      <dl className="grid gap-2 text-sm sm:grid-cols-3">
        {versions.map((v) => (
          <div key={v.name} className={`rounded-lg px-3 py-2 ${v.name === "word" ? "bg-accent-soft" : "bg-sunken"}`}>
            <dt className="text-2xs text-ink-soft">{NAMES[v.name]}</dt>
            <dd className="mt-0.5">
              <Answer version={v} plain={plain} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-ink-soft text-sm">
        {same
          ? "The word does not change the answer. Likeliest tokens at its beginning:"
          : "Likeliest tokens where the answers part"}
        {!same && (before ? `, after “${before}”:` : ":")}
      </p>
      <div className="mt-2 grid gap-3 sm:grid-cols-3">
        {versions.map((v) => (
          <Tokens key={v.name} version={v} at={begins(v) ? at : null} />
        ))}
      </div>
    </Panel>
  );
}

/** The answer; what differs from the one without the word is underlined. */
function Answer({ version, plain }: { version: Version; plain: Version }) {
  if (version.answer.tokens.length === 0) return <span className="text-ink-soft">The model says nothing.</span>;
  const known = new Set(plain.answer.tokens.map((t) => t.text));
  return version.answer.tokens.map((t, i) => (
    <span
      key={i}
      className={
        version !== plain && !known.has(t.text)
          ? "font-semibold underline decoration-2 decoration-accent underline-offset-4"
          : ""
      }
    >
      {readable(t.text)}
    </span>
  ));
}

function Tokens({ version, at }: { version: Version; at: number | null }) {
  const token = at === null ? undefined : version.answer.tokens[at];
  if (!token) {
    return <p className="text-2xs text-ink-faint">{NAMES[version.name]}: its answer begins otherwise.</p>;
  }
  return (
    <div>
      <p className="text-2xs text-ink-faint sm:hidden" aria-hidden="true">
        {NAMES[version.name]}
      </p>
      <LikeliestTokens label={`Likeliest tokens ${NAMES[version.name]}`} top={token.top} />
    </div>
  );
}
