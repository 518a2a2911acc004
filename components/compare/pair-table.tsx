"use client";
import { useEffect, useState } from "react";
import type { ComparedPair } from "@/lib/compare/schema";
import { formatCount, formatScore } from "@/lib/features/format";
import { ErrorNote } from "../ui/error-note";
import { FetchProblem, fetchJson } from "../ui/fetch-json";
import { ScrollBox } from "../ui/scroll-box";
import { SlotMark } from "./slot-mark";

interface Props {
  refs: readonly string[];
  names: readonly string[];
}

/** What each two of the features have in common, in numbers; counting over all samples takes a moment. */
export function PairTable({ refs, names }: Props) {
  const [pairs, setPairs] = useState<ComparedPair[]>();
  const [problem, setProblem] = useState<FetchProblem>();
  const [attempt, setAttempt] = useState(0);
  const asked = refs.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    const abort = new AbortController();
    setProblem(undefined);
    fetchJson<{ items: ComparedPair[] }>(`/api/v1/compare?f=${asked}`, { signal: abort.signal }).then(
      ({ items }) => setPairs(items),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setProblem(error instanceof FetchProblem ? error : new FetchProblem("The overlaps did not arrive."));
      },
    );
    return () => abort.abort();
  }, [asked, attempt]);
  const slotOf = (ref: string) => refs.indexOf(ref);
  const expected = (refs.length * (refs.length - 1)) / 2;
  const cell = "px-3 py-2 text-right";
  return (
    <section aria-label="In common" aria-busy={!pairs && !problem} className="mb-6">
      <h2 className="mb-2 font-semibold text-lg">In common</h2>
      {problem && (
        <ErrorNote
          detail={problem.message}
          code={problem.code}
          requestId={problem.requestId}
          onRetry={() => setAttempt(attempt + 1)}
        />
      )}
      <ScrollBox label="Pairs of features" className="busy-body rounded-xl border border-line bg-panel shadow-lift">
        <table className="nums w-full min-w-[34rem] text-sm">
          <thead className="border-line border-b text-2xs text-ink-faint">
            <tr>
              <th scope="col" className="px-3 py-2 text-left font-medium">
                features
              </th>
              <th
                scope="col"
                className={`${cell} font-medium`}
                title="cosine of the decoder directions; only within one site of one model"
              >
                decoder cosine
              </th>
              <th scope="col" className={`${cell} font-medium`} title="images among the strongest of both">
                strongest images
              </th>
              <th
                scope="col"
                className={`${cell} font-medium`}
                title="samples in which both fire, of those in which either fires"
              >
                samples that fire
              </th>
              <th
                scope="col"
                className={`${cell} font-medium`}
                title="samples in which both fire ÷ samples in which either fires"
              >
                Jaccard
              </th>
            </tr>
          </thead>
          <tbody>
            {pairs?.map((pair) => {
              const [a, b] = [slotOf(pair.a), slotOf(pair.b)];
              return (
                <tr key={`${pair.a} ${pair.b}`} className="border-line border-b last:border-0">
                  <th scope="row" className="px-3 py-2 text-left font-normal">
                    <span className="flex items-center gap-1.5">
                      <SlotMark slot={a} /> <SlotMark slot={b} />
                      <span className="sr-only">
                        {names[a]} and {names[b]}
                      </span>
                    </span>
                  </th>
                  <td className={cell}>{pair.cosine === null ? <None why="other site" /> : signed(pair.cosine)}</td>
                  <td className={cell}>
                    {pair.top.both} shared <span className="text-ink-faint">of {Math.min(pair.top.a, pair.top.b)}</span>
                  </td>
                  <td className={cell}>
                    {pair.firing ? (
                      <>
                        {formatCount(pair.firing.both)} both{" "}
                        <span className="text-ink-faint">
                          of {formatCount(pair.firing.a + pair.firing.b - pair.firing.both)}
                        </span>
                      </>
                    ) : (
                      <None why="other data, or no stored codes" />
                    )}
                  </td>
                  <td className={cell}>
                    {pair.firing ? formatScore(pair.firing.jaccard) : <None why="other data, or no stored codes" />}
                  </td>
                </tr>
              );
            }) ??
              Array.from({ length: expected }, (_, i) => (
                <tr key={i} className="border-line border-b last:border-0">
                  <td colSpan={5} className="px-3 py-2 text-ink-faint">
                    {problem ? "–" : "counting over all samples …"}
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}

function None({ why }: { why: string }) {
  return (
    <span className="text-ink-faint" title={why}>
      –<span className="sr-only"> ({why})</span>
    </span>
  );
}

/** A score that may be negative. */
function signed(x: number): string {
  return x < 0 ? `−${formatScore(-x)}` : formatScore(x);
}
