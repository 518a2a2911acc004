import { DESK_DEFAULTS, dosesOf } from "../desk/format";
import type { Desk, Part, Turned } from "../desk/types";
import { strengthOf } from "../format";
import type { Steering, SteerParams, Where } from "../schema";

/** The desk as a request, and a run's parameters as the desk they came from; browser safe. */

export type SteerRequest = SteerParams & { seed: number };

/** Alternatives that are told beside each token. */
const TOP_LOGPROBS = 4;
const CONTROL_SEEDS = 5;

/**
 * What a run of the desk sends.
 * @param image the whole hash, where the desk names a prefix.
 * @param film also frames at every dose, with controls.
 */
export function requestOf(desk: Desk, image: string | null, film: boolean): SteerRequest {
  const { answer, against } = desk;
  return {
    model: desk.model,
    messages: messagesOf(desk),
    image,
    steering: desk.features.map((turned) => steeringOf(desk, turned)),
    seed: desk.seed,
    maxTokens: desk.len,
    temperature: desk.temp,
    topP: 1,
    topLogprobs: TOP_LOGPROBS,
    doses: film ? dosesOf(desk.doses) : [],
    controls: film ? ["random", "sae"] : [],
    controlSeeds: CONTROL_SEEDS,
    ...(film && answer !== "" && against !== "" ? { watch: { answer, against } } : {}),
    offTarget: film,
  };
}

/** Why the desk cannot run as it is; undefined when it can. */
export function lacking(desk: Desk): string | undefined {
  if (desk.features.length === 0) return "Add a feature to turn.";
  if (desk.prompt.trim() === "") return "Ask something.";
  const regional = desk.features.some(({ where }) => (where ?? desk.where) === "region");
  if (regional && desk.image === null) return "A region needs an image.";
  if (regional && desk.region === null) return "Paint the region on the image.";
  return undefined;
}

/** What the model reads: system words if there are any, the question, and what followed. */
export function messagesOf({
  system,
  prompt,
  turns,
}: Pick<Desk, "system" | "prompt"> & { turns: readonly string[] }): SteerParams["messages"] {
  return [
    ...(system.trim() === "" ? [] : [{ role: "system" as const, content: system }]),
    { role: "user", content: prompt },
    ...turns.map((content, i) => ({ role: i % 2 === 0 ? ("assistant" as const) : ("user" as const), content })),
  ];
}

function steeringOf(desk: Desk, { ref, method, strength, where }: Turned): Steering {
  const unit = strengthOf(method) === "level" ? desk.unit : "ref";
  return { feature: ref, method, strength, unit, where: whereOf(where ?? desk.where, desk.region) };
}

function whereOf(part: Part, region: string | null): Where {
  if (part !== "region") return { positions: part };
  return { positions: "image", ...(region === null ? {} : { region: { view: "base", mask: region } }) };
}

/**
 * The desk that a run was started from.
 * @param notices gets one sentence for each thing that a desk cannot hold, as runs of the interface may.
 * @param shared the desk's own part, where it is known; otherwise the part that most features share.
 */
export function deskOf(params: SteerParams, seed: number, notices: string[] = [], shared?: Part): Desk {
  const { steering, watch } = params;
  const levels = steering.filter(({ method }) => strengthOf(method) === "level");
  const unit = levels[0]?.unit ?? DESK_DEFAULTS.unit;
  if (levels.some((s) => s.unit !== unit)) notices.push("Its features are in different units; the desk has one.");
  const regions = [...new Set(steering.flatMap(({ where }) => where.region?.mask ?? []))];
  if (regions.length > 1) notices.push("Its features have different regions; the desk has one.");
  const parts = steering.map(({ where }) => partOf(where, notices));
  const where = shared ?? mostly(parts);
  const numbers = params.doses.map((d) => d + 0);
  return {
    ...DESK_DEFAULTS,
    ...conversationOf(params.messages, notices),
    model: params.model,
    features: steering.map(({ feature, method, strength }, i): Turned => {
      const part = parts[i] as Part;
      return { ref: feature.split("/").slice(-2).join("/"), method, strength, where: part === where ? null : part };
    }),
    image: params.image,
    where,
    region: regions[0] ?? null,
    unit,
    seed,
    temp: params.temperature,
    len: params.maxTokens,
    doses: numbers.length > 1 ? rangeOf(numbers, notices) : DESK_DEFAULTS.doses,
    answer: watch?.answer ?? "",
    against: watch?.against ?? "",
  };
}

function partOf({ positions, region }: Where, notices: string[]): Part {
  if (region) return "region";
  if (typeof positions === "string") return positions;
  notices.push("It turns ranges of tokens, which the desk cannot hold: it shows them as everywhere.");
  return "all";
}

/** The part that most features share; the first among equals. */
function mostly(parts: readonly Part[]): Part {
  const count = (part: Part) => parts.filter((p) => p === part).length;
  return parts.reduce((best, part) => (count(part) > count(best) ? part : best), parts[0] ?? "all");
}

function rangeOf(doses: readonly number[], notices: string[]): Desk["doses"] {
  const range = { from: Math.floor(Math.min(...doses)), to: Math.ceil(Math.max(...doses)) };
  const whole = dosesOf(range);
  if (range.to - range.from < 15 && whole.length === doses.length && whole.every((d) => doses.includes(d)))
    return range;
  notices.push("Its doses are no whole range; the desk takes the default.");
  return DESK_DEFAULTS.doses;
}

/** The same the other way. @param notices gets a sentence where a desk cannot hold it. */
export function conversationOf(
  messages: SteerParams["messages"],
  notices: string[],
): Pick<Desk, "system" | "prompt" | "turns"> {
  const rest = messages[0]?.role === "system" ? messages.slice(1) : messages;
  if (rest.some(({ role }, i) => role !== (i % 2 === 0 ? "user" : "assistant"))) {
    notices.push("Its conversation does not alternate; the desk reads it as if it did.");
  }
  const [prompt = "", ...turns] = rest.map(({ content }) => content);
  return { system: rest === messages ? "" : (messages[0]?.content ?? ""), prompt, turns };
}
