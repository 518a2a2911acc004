/** The set-up of a search as an address and as a request, both ways; browser safe and free of zod. */
import { printQuery } from "@/lib/core/format";
import { conversationOf, messagesOf } from "../request/format";
import type { SearchParams, SearchPrompt, SearchQuestions } from "../schema";
import type { FixSetup } from "./types";

export const FIX_DEFAULTS: FixSetup = {
  ...{ in: "", image: null, system: "", prompt: "", turns: [], wanted: "", unwanted: "" },
  ...{ others: 12, questions: "", mend: "yes", kl: 0.05, changed: 0.02, edits: 5 },
};

/** Smallest and largest value of each number, and whether it is a whole one. */
export const FIX_RANGES = {
  others: { min: 0, max: 100, whole: true },
  kl: { min: 0, max: 10, whole: false },
  changed: { min: 0, max: 1, whole: false },
  edits: { min: 1, max: 5, whole: true },
} as const;

type NumberName = keyof typeof FIX_RANGES;
const NUMBERS = Object.keys(FIX_RANGES) as NumberName[];

/** Reads a set-up; what does not parse is as if it were not there. */
export function readFix(query: URLSearchParams): FixSetup {
  const matching = (name: string, shape: RegExp) => {
    const given = query.get(name);
    return given !== null && shape.test(given) ? given : null;
  };
  const number = (name: NumberName): number => {
    const { min, max, whole } = FIX_RANGES[name];
    const given = query.get(name)?.trim();
    const x = given ? Number(given) : Number.NaN;
    return x >= min && x <= max && (!whole || Number.isInteger(x)) ? x + 0 : FIX_DEFAULTS[name];
  };
  return {
    in: matching("in", /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)?$/) ?? "",
    image: matching("image", /^[0-9a-f]{64}$/),
    system: query.get("system") ?? "",
    prompt: query.get("prompt") ?? "",
    turns: query.getAll("turn").slice(0, 60),
    wanted: query.get("wanted") ?? "",
    unwanted: query.get("unwanted") ?? "",
    others: number("others"),
    questions: query.get("questions")?.slice(0, 64) ?? "",
    mend: query.get("mend") === "no" ? "no" : "yes",
    kl: number("kl"),
    changed: number("changed"),
    edits: number("edits"),
  };
}

/** The parameters that make up a set-up; null at its default. */
export function fixParams(setup: FixSetup): Record<string, string | readonly string[] | null> {
  const numbers = NUMBERS.map((name) => [name, setup[name] === FIX_DEFAULTS[name] ? null : String(setup[name])]);
  return {
    in: setup.in || null,
    image: setup.image,
    system: setup.system || null,
    prompt: setup.prompt || null,
    turn: setup.turns.length > 0 ? setup.turns : null,
    wanted: setup.wanted || null,
    unwanted: setup.unwanted || null,
    questions: setup.questions || null,
    mend: setup.mend === "yes" ? null : setup.mend,
    ...(Object.fromEntries(numbers) as Record<NumberName, string | null>),
  };
}

/** The desk of a search with a set-up on it; what is left out is at its default. */
export function fixAddress(setup: Partial<FixSetup>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fixParams({ ...FIX_DEFAULTS, ...setup }))) {
    for (const one of typeof value === "string" ? [value] : (value ?? [])) query.append(name, one);
  }
  const text = printQuery(query);
  return `/steer/search${text ? `?${text}` : ""}`;
}

/** True when a question of one's own is part of the goal. */
export function isAsked({ prompt, wanted }: Pick<FixSetup, "prompt" | "wanted">): boolean {
  return prompt.trim() !== "" || wanted.trim() !== "";
}

/** Why the search cannot start as it is; undefined when it can. */
export function lacking(setup: FixSetup): string | undefined {
  const { questions, prompt, wanted, unwanted, turns } = setup;
  if (!isAsked(setup)) {
    return questions ? undefined : "Ask a question and say which answer is wanted, or choose a kind of questions.";
  }
  if (prompt.trim() === "") return "Write the question that should be answered so.";
  if (wanted.trim() === "") return "Say which answer is wanted.";
  if (wanted.trim() === unwanted.trim()) return "The wanted and the unwanted answer are the same.";
  if (turns.some((turn) => turn.trim() === "")) return "Fill in the turns of the conversation, or remove them.";
  return undefined;
}

/** How many other images the question is tried on: only one's own question has need of them. */
export function othersOf(setup: FixSetup): number {
  return isAsked(setup) && setup.image !== null && setup.questions === "" ? setup.others : 0;
}

export type SearchRequest = Pick<SearchParams, "model" | "in" | "fit" | "heldOut" | "limits"> & {
  questions?: Pick<SearchQuestions, "kind" | "mend">;
};

/**
 * What to send to start a search.
 * @param sae `model/sae`.
 * @param others hashes of other images that the same question is tried on.
 */
export function requestOf(setup: FixSetup, sae: string, others: readonly string[]): SearchRequest {
  const { image, questions, mend, kl, changed, edits } = setup;
  const [wanted, unwanted] = [setup.wanted.trim(), setup.unwanted.trim()];
  const prompt = { messages: messagesOf(setup), image, wanted, ...(unwanted ? { unwanted } : {}) };
  return {
    model: sae.split("/")[0] ?? "",
    in: sae,
    fit: isAsked(setup) ? [prompt] : [],
    heldOut: others.map((other): SearchPrompt => ({ ...prompt, image: other })),
    ...(questions ? { questions: { kind: questions, mend } } : {}),
    limits: { kl, changed, edits },
  };
}

/**
 * The set-up that a run was started from.
 * @param notices gets one sentence for each thing that the desk cannot hold, as runs of the interface may.
 */
export function setupOf(params: SearchParams, notices: string[] = []): FixSetup {
  const { fit, heldOut, questions, limits } = params;
  const [asked] = fit;
  if (fit.length > 1) notices.push(`It has ${fit.length} questions to choose on; the desk holds the first.`);
  return {
    ...FIX_DEFAULTS,
    ...(asked ? conversationOf(asked.messages, notices) : {}),
    in: params.in.includes("/") ? params.in : `${params.model}/${params.in}`,
    image: asked?.image ?? null,
    wanted: asked?.wanted ?? "",
    unwanted: asked?.unwanted ?? "",
    others: asked?.image && !questions ? Math.min(heldOut.length, FIX_RANGES.others.max) : FIX_DEFAULTS.others,
    questions: questions?.kind ?? "",
    mend: questions?.mend ?? "yes",
    ...limits,
  };
}
