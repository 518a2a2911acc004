import type { ReactNode } from "react";
import { formatProbability, formatSigned, formatTimes, METHOD_WORDS } from "@/lib/trace/format";
import type { TraceResult } from "@/lib/trace/schema";
import { signedColor } from "../viz/signed";

/** The two answers, how likely each is, and the gap that everything below is an estimate of. */
export function GapHeader({ result, aside }: { result: TraceResult; aside?: ReactNode }) {
  const { gap, form, answer, against, method } = result;
  return (
    <header className="flex flex-wrap items-center gap-x-6 gap-y-3 rounded-xl border border-line bg-panel px-4 py-3 shadow-lift">
      <p className="nums">
        <span className="eyebrow block">gap</span>
        <strong className="font-semibold text-2xl tracking-tight">{formatSigned(gap)}</strong>
      </p>
      <dl className="flex min-w-0 flex-wrap gap-x-5 gap-y-2">
        <Side name="answer" text={answer.text} logprob={answer.logprob} sign={1} />
        <Side name="against" text={against.text} logprob={against.logprob} sign={-1} />
      </dl>
      <p className="min-w-0 max-w-[46ch] text-ink-soft text-sm">
        {gap >= 0 ? <Quoted text={answer.text} /> : <Quoted text={against.text} />} is {formatTimes(gap)} likelier.{" "}
        {form === "sequence" &&
          "An answer has several tokens: the summed log-probabilities of the texts are compared. "}
        <span className="text-ink-faint">Estimates by {METHOD_WORDS[method].label.toLowerCase()}.</span>
      </p>
      {aside && <div className="flex flex-wrap items-center gap-3 sm:ml-auto">{aside}</div>}
    </header>
  );
}

function Side({ name, text, logprob, sign }: { name: string; text: string; logprob: number; sign: 1 | -1 }) {
  return (
    <div className="min-w-0 border-l-[3px] pl-2.5" style={{ borderColor: signedColor(sign) }}>
      <dt className="text-2xs text-ink-faint">{name}</dt>
      <dd className="nums">
        <span className="break-words font-medium">{text.trim() || "␣"}</span>{" "}
        <span className="text-ink-soft text-sm">{formatProbability(logprob)}</span>
      </dd>
    </div>
  );
}

function Quoted({ text }: { text: string }) {
  return <>“{text.trim()}”</>;
}
