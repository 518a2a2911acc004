"use client";
import type { ShownSamples as Shown } from "@/lib/features/explanations/schema";
import { counted } from "@/lib/features/format";
import { ErrorNote } from "../ui/error-note";
import { decodeBytes } from "../viz/grid";
import { imageUrl } from "../viz/image-url";
import { paletteColor } from "../viz/palette";
import { StillPicture } from "../viz/still-picture";
import { TokenStrip } from "../viz/token-strip";
import { useFetched } from "./use-fetched";

/** What an explainer was shown of a feature: each sample with its region, and what was answered about it. */
export function ShownSamples({ explanation }: { explanation: string }) {
  const { data, busy, problem, retry } = useFetched<Shown>(`/api/v1/explanations/${explanation}/shown`);
  return (
    <section aria-label="What it saw" aria-busy={busy} className="min-h-24">
      {problem && <ErrorNote detail={problem.message} code={problem.code} onRetry={retry} />}
      {data && <Samples shown={data} />}
    </section>
  );
}

function Samples({ shown: { geometries, aRef, n, items } }: { shown: Shown }) {
  const images = items.filter(({ exemplar }) => exemplar.image);
  const texts = items.filter(({ exemplar }) => exemplar.tokens);
  const gone = n - items.length;
  return (
    <div className="flex flex-col gap-2">
      <p className="nums text-ink-faint text-xs">
        {[images.length > 0 && counted(images.length, "image"), texts.length > 0 && counted(texts.length, "text")]
          .filter(Boolean)
          .join(", ")}
        {gone > 0 && `${items.length > 0 ? "; " : ""}${gone} more ${gone === 1 ? "is" : "are"} no longer evidence`}
      </p>
      {images.length > 0 && (
        <ul className="grid grid-cols-3 gap-2">
          {images.map(({ exemplar: { image, geometry, grid, scale, band, sample }, answers }) => {
            const place = geometries.find((g) => g.id === geometry);
            if (!image || !place) return null;
            return (
              <li key={`${band}/${sample}`} className="min-w-0 text-2xs">
                <StillPicture
                  src={imageUrl(image.sha)}
                  alt={image.alt}
                  width={image.width}
                  height={image.height}
                  grid={{ codes: grid, scale, ...place }}
                  aRef={aRef}
                />
                <Answers answers={answers} silent={band === "miss"} />
              </li>
            );
          })}
        </ul>
      )}
      {texts.length > 0 && (
        <ul className="flex flex-col divide-y divide-line">
          {texts.map(({ exemplar: { tokens, grid, scale, peakAt, band, sample }, answers }) => (
            <li key={`${band}/${sample}`} className="py-1 text-2xs">
              <TokenStrip
                tokens={tokens ?? []}
                values={Array.from(decodeBytes(grid), (code) => (code * scale) / 255)}
                aRef={aRef}
                peakAt={typeof peakAt === "number" ? peakAt : -1}
                color={(t) => paletteColor("cividis", t)}
              />
              <Answers answers={answers} silent={band === "miss"} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The answers given about one sample; the question is the title, as it is the same for all. */
function Answers({ answers, silent }: { answers: { question: string; answer: string }[]; silent: boolean }) {
  return (
    <p className="mt-1 break-words text-ink-soft">
      {silent && <span className="text-ink-faint">silent{answers.length > 0 ? ": " : ""}</span>}
      {answers.map(({ question, answer }) => (
        <span key={`${question}/${answer}`} title={question} className="block">
          {answer || "no answer"}
        </span>
      ))}
    </p>
  );
}
