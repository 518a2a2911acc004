/** The set-up of a trace as an address, both ways; browser safe and free of zod. */
import { printQuery } from "@/lib/core/format";
import { METHODS, type TraceMethod } from "../format";
import type { TraceParams } from "../schema";

export interface DeskTurn {
  role: "system" | "user" | "assistant";
  content: string;
}

/** What is asked, of whom, and how. Empty answers: the model's two likeliest tokens. */
export interface DeskState {
  /** SAEs of one model as `model/sae`; never empty where there is an SAE. */
  in: readonly string[];
  image: string | null;
  turns: readonly DeskTurn[];
  answer: string;
  against: string;
  method: TraceMethod;
}

/** The parameters that make up a set-up; null at its default. `turn` repeats: answers and questions after the first. */
export interface DeskParams {
  in: string | null;
  image: string | null;
  system: string | null;
  prompt: string | null;
  turn: readonly string[] | null;
  answer: string | null;
  against: string | null;
  method: string | null;
}

const MOST_SAES = 8;

/** The model that a set-up asks. */
export function modelOf(state: Pick<DeskState, "in">): string {
  return state.in[0]?.split("/")[0] ?? "";
}

/**
 * Reads a set-up; what does not parse is as if it were not there.
 * @param fallback the SAEs that are asked when the address names none.
 */
export function readDesk(query: URLSearchParams, fallback: readonly string[]): DeskState {
  const named = (query.get("in") ?? "").split(",").filter((ref) => /^[^/\s]+\/[^/\s]+$/.test(ref));
  const model = named[0]?.split("/")[0];
  const same = [...new Set(named)].filter((ref) => ref.startsWith(`${model}/`)).slice(0, MOST_SAES);
  const image = query.get("image");
  const method = query.get("method") as TraceMethod | null;
  return {
    in: same.length > 0 ? same : fallback,
    image: image && /^[0-9a-f]{64}$/.test(image) ? image : null,
    turns: turnsOf(query.get("system") ?? "", query.get("prompt") ?? "", query.getAll("turn")),
    answer: query.get("answer") ?? "",
    against: query.get("against") ?? "",
    method: method && METHODS.includes(method) ? method : "gradient",
  };
}

function turnsOf(system: string, prompt: string, rest: readonly string[]): DeskTurn[] {
  return [
    ...(system ? [{ role: "system" as const, content: system }] : []),
    { role: "user", content: prompt },
    ...rest.map((content, i) => ({ role: i % 2 === 0 ? ("assistant" as const) : ("user" as const), content })),
  ];
}

/** System words, the first question, and what followed, in turns; neighbours of one role become one. */
function partsOf(turns: readonly DeskTurn[]): { system: string; prompt: string; rest: string[] } {
  const system = turns.filter(({ role }) => role === "system").map(({ content }) => content);
  const said: DeskTurn[] = [];
  for (const turn of turns) {
    const last = said.at(-1);
    if (turn.role === "system") continue;
    if (last?.role === turn.role) last.content += `\n\n${turn.content}`;
    else said.push({ ...turn });
  }
  if (said[0]?.role === "assistant") said.unshift({ role: "user", content: "" });
  const [prompt = "", ...rest] = said.map(({ content }) => content);
  return { system: system.join("\n\n"), prompt, rest };
}

/** Parameters of a set-up. */
export function deskParams(state: DeskState, fallback: readonly string[]): DeskParams {
  const { system, prompt, rest } = partsOf(state.turns);
  return {
    in: state.in.join() === fallback.join() ? null : state.in.join(),
    image: state.image,
    system: system || null,
    prompt: prompt || null,
    turn: rest.length > 0 ? rest : null,
    answer: state.answer || null,
    against: state.against || null,
    method: state.method === "gradient" ? null : state.method,
  };
}

/** Query string without escapes where an address does not need them. */
export function queryOf(params: Record<string, string | readonly string[] | null | undefined>): string {
  const kept = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of typeof value === "string" ? [value] : (value ?? [])) kept.append(name, one);
  }
  return printQuery(kept);
}

/** The set-up with which a run was started. */
export function stateOfRun(params: TraceParams): DeskState {
  return {
    in: params.in.map((ref) => (ref.includes("/") ? ref : `${params.model}/${ref}`)),
    image: params.image,
    turns: params.messages,
    answer: params.answer ?? "",
    against: params.against ?? "",
    method: params.method,
  };
}

/** The desk with a set-up on it. */
export function deskAddress(state: DeskState): string {
  return `/trace?${queryOf({ ...deskParams(state, []) })}`;
}

/** What to send to start a trace. */
export function requestOf(state: DeskState): Partial<TraceParams> {
  return {
    model: modelOf(state),
    in: [...state.in],
    messages: written(state.turns),
    image: state.image,
    method: state.method,
    ...(state.answer.trim() ? { answer: state.answer.trim() } : {}),
    ...(state.against.trim() ? { against: state.against.trim() } : {}),
  };
}

/** Turns without empty system words and without those at the end that nobody wrote yet. */
function written(turns: readonly DeskTurn[]): DeskTurn[] {
  const last = turns.findLastIndex(isWritten);
  return turns.slice(0, last + 1).filter((turn) => turn.role !== "system" || isWritten(turn));
}

const isWritten = ({ content }: DeskTurn): boolean => content.trim() !== "";

/** True when a trace can start: something is asked, without gaps, and some SAE is there to tell causes by. */
export function isComplete(state: DeskState): boolean {
  const turns = written(state.turns);
  return state.in.length > 0 && turns.some(({ role }) => role === "user") && turns.every(isWritten);
}

/**
 * The steering desk with one feature on it, the same image and conversation, and the two answers to watch.
 * @param feature `model/sae/index`.
 */
export function steerAddress(state: DeskState, feature: string, strength: number, method: "add" | "ablate"): string {
  const { in: _, method: __, ...asked } = deskParams(state, []);
  const [model, ...rest] = feature.split("/");
  return `/steer?${queryOf({ f: `${rest.join("/")}:${strength}:${method}`, in: model ?? null, ...asked })}`;
}

/**
 * The desk of a search for what would turn the answer round: the same image and conversation, what lost as the wanted answer.
 * @param sae `model/sae`.
 * @param won true when `answer` is the likelier one.
 */
export function searchAddress(state: DeskState, sae: string, won: boolean): string {
  const { in: _, method: __, answer, against, ...asked } = deskParams(state, []);
  const [wanted, unwanted] = won ? [against, answer] : [answer, against];
  return `/steer/search?${queryOf({ in: sae, ...asked, wanted, unwanted })}`;
}
