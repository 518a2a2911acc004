"use client";
import { useEffect, useMemo, useState } from "react";
import { DESCRIBE, inspectAddress } from "@/lib/inspect/desk/format";
import { readWord, verdictOf, type WordState, wordOfLabel, wordParams } from "@/lib/inspect/word/format";
import type { WordBenchData } from "@/lib/inspect/word/types";
import { ImageSlot, type StoredImage } from "../lab/image-slot";
import { richestSae } from "../lab/sae-choice";
import { Button } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { ErrorNote } from "../ui/error-note";
import { Link } from "../ui/link";
import { Empty } from "../ui/note";
import { Panel } from "../ui/panel";
import { Segmented } from "../ui/segmented";
import { setUrlParams, useUrlQuery } from "../ui/url-params";
import { ChangedFeatures } from "./changed-list";
import { FeatureMeter } from "./feature-meter";
import { useWord } from "./use-word";
import { WordAnswers } from "./word-answers";
import { WordForm } from "./word-form";
import { WordPicture } from "./word-picture";

interface Props extends WordBenchData {
  /** The page's query as the server read it. */
  query: string;
}

/** The word bench: a word on an image, the feature that is followed, and what the model says, as the word is dragged. */
export function WordBench({ models, samples, image: known, label, query: onServer }: Props) {
  const query = useUrlQuery(onServer);
  const fallback = useMemo(() => richestSae(models)[0] ?? "", [models]);
  const state = useMemo(() => readWord(new URLSearchParams(query), fallback), [query, fallback]);
  const [image, setImage] = useState<Omit<StoredImage, "sha"> | null>(known);
  const { tried, problem, busy, retry, current, alike } = useWord(state);
  const set = (changed: Partial<WordState>, history: "push" | "replace" = "replace") =>
    setUrlParams(wordParams({ ...state, ...changed }), history);

  // Somebody who came from a feature sees the bench at work: on the first image, with the word that the feature is named by.
  // The address then says so.
  const first = samples[0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    const word = state.word || wordOfLabel(label);
    if (word === "" || (state.image && state.word)) return;
    if (!state.image && first) setImage(first);
    setUrlParams({ word, image: state.image ?? first?.sha ?? null }, "replace");
  }, []);

  if (models.length === 0) return <NoSae />;
  const choose = (chosen: StoredImage | null) => {
    setImage(chosen);
    set({ image: chosen?.sha ?? null }, "push");
  };
  const result = tried?.result;
  const size = image ?? result?.image ?? null;
  return (
    <div className="flex flex-col gap-4">
      <WordForm models={models} state={state} set={set} />
      {problem && <ErrorNote {...problem} onRetry={retry} />}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(21rem,27rem)]">
        <div className="flex min-w-0 flex-col gap-4 max-lg:contents">
          <Panel title="Image" aside={<CopyButton label="Copy link" keys="." />}>
            {state.image && size ? (
              <WordPicture
                key={state.image}
                state={state}
                set={set}
                size={size}
                alt={image?.alt ?? "the image the word lies on"}
                result={result}
                current={current}
                says={result ? `at ${state.x} %, ${state.y} %. ${result.feature ? verdictOf(result) : ""}` : ""}
              />
            ) : (
              <ImageSlot main sha={null} samples={samples} onChange={choose} />
            )}
            {state.image && (
              <div className="mt-2 flex flex-wrap items-center gap-2">
                <Segmented
                  label="On the image"
                  value={state.show}
                  onChange={(show) => set({ show }, "push")}
                  segments={[
                    { value: "word", label: "Word" },
                    {
                      value: "scrambled",
                      label: "Scrambled",
                      title: "its letters in another order, on a board of the same size",
                    },
                    { value: "plain", label: "Nothing" },
                  ]}
                />
                <Button onClick={() => choose(null)}>Other image</Button>
                <Link
                  href={inspectAddress({
                    in: [state.in],
                    image: state.image,
                    pins: state.feature === null ? [] : [state.feature],
                  })}
                  className="ml-auto inline-flex min-h-9 items-center rounded text-accent text-sm underline underline-offset-2 pointer-coarse:min-h-11"
                >
                  Everything that fires on it
                </Link>
              </div>
            )}
            {state.image && state.word.trim() === "" && (
              <p className="mt-2 text-ink-soft text-sm">Type a word above; then drag it over the image.</p>
            )}
          </Panel>
          {result && (
            <div className={`max-lg:order-1 ${busyClass(alike)}`} aria-busy={busy}>
              <WordAnswers result={result} text={state.text.trim() || DESCRIBE} />
            </div>
          )}
        </div>
        {result ? (
          <div className={`flex min-w-0 flex-col gap-4 ${busyClass(alike)}`} aria-busy={busy}>
            <FeatureMeter result={result} sae={state.in} />
            <ChangedFeatures
              result={result}
              followed={state.feature}
              onFollow={(feature) => set({ feature: feature === state.feature ? null : feature }, "push")}
            />
          </div>
        ) : (
          <p className="text-ink-soft text-sm" aria-live="polite">
            {busy ? "Reading the image with and without the word …" : "What the word changes is told here."}
          </p>
        )}
      </div>
    </div>
  );
}

/** Old content stays while the next is on its way, and says so by its tone. */
function busyClass(current: boolean): string {
  return `min-w-0 transition-opacity motion-reduce:transition-none ${current ? "" : "opacity-40"}`;
}

function NoSae() {
  return (
    <Empty title="There is no model to try a word on">
      It needs a model that reads images, and an SAE of it. Run{" "}
      <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-sm">npm run demo</code>: it trains one on the
      built-in model.
    </Empty>
  );
}
