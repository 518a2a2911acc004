import { formatShare } from "@/lib/features/format";
import type { Card } from "@/lib/share/cards/types";
import { capital, formatDate, kindWords } from "./format";
import type { Run } from "./schema";

/** Parts of what desks ask and what their runs found; all of them may be missing. */
interface Asked {
  model?: string;
  image?: string | null;
  messages?: { role: string; content: string }[];
  text?: string | null;
  steering?: { feature: string; method: string; strength: number }[];
}
interface Found {
  frames?: { lane: string; text: string }[];
  gap?: number;
  answer?: { text: string } | null;
  against?: { text: string };
  found?: boolean;
  steering?: { label: string | null; feature: string }[];
  title?: string;
  figures?: { label: string; value: number | null; control?: number | null; n: number; unit?: string }[];
}

/** What the card of a run shows: the question and the answers, or what it did. */
export function runCard(run: Run, result: unknown): Card {
  const asked = (run.params ?? {}) as Asked;
  const found = (result ?? {}) as Found;
  const question = asked.messages?.findLast((m) => m.role === "user")?.content ?? asked.text ?? "";
  const lines = answersOf(found);
  const turned = asked.steering?.length ? `${asked.steering.length} features turned` : "";
  return {
    v: 1,
    place: `${asked.model ?? ""} run ${run.id}`.trim(),
    title: question ? `“${question}”` : (found.title ?? capital(kindWords(run.kind))),
    facts: [
      question || found.title ? kindWords(run.kind) : "",
      turned.replace(/^1 features/, "1 feature"),
      formatDate(run.createdAt),
    ].filter(Boolean),
    pictures: asked.image && /^[0-9a-f]{64}$/.test(asked.image) ? [{ sha: asked.image, mask: null }] : [],
    lines,
  };
}

function answersOf(found: Found): Card["lines"] {
  const lane = (name: string) => found.frames?.find((f) => f.lane === name)?.text.trim();
  if (found.frames) {
    const [plain, steered] = [lane("baseline"), lane("steered")];
    return [
      ...(plain === undefined ? [] : [{ name: "untouched", text: plain || "(nothing)", strong: false }]),
      ...(steered === undefined ? [] : [{ name: "steered", text: steered || "(nothing)", strong: true }]),
    ];
  }
  if (found.answer && found.against) {
    const gap = found.gap === undefined ? "" : ` by ${found.gap.toFixed(2)} nats`;
    return [
      { name: `answer, ahead${gap}`, text: found.answer.text.trim(), strong: true },
      { name: "against", text: found.against.text.trim(), strong: false },
    ];
  }
  if (found.answer) return [{ name: "answer", text: found.answer.text.trim(), strong: true }];
  if (found.found !== undefined) {
    const names = (found.steering ?? []).map((s) => s.label ?? s.feature).join(", ");
    return [
      {
        name: found.found ? "found" : "best so far",
        text: names || "no feature needs to be turned",
        strong: found.found,
      },
    ];
  }
  const [figure] = found.figures?.filter(({ value, unit = "share" }) => value !== null && unit === "share") ?? [];
  return figure ? figureLines(figure) : [];
}

/** The first share that a study found, and the same under the control. */
function figureLines({ label, value, control, n }: NonNullable<Found["figures"]>[number]): Card["lines"] {
  const under = control ?? null;
  return [
    { name: `${label}, n ${n}`, text: formatShare(value as number), strong: true },
    ...(under === null ? [] : [{ name: "under the control", text: formatShare(under), strong: false }]),
  ];
}
