import { printQuery } from "@/lib/core/format";
import { METHODS } from "../format";
import type { Steering } from "../schema";
import type { Desk, Part, Turned } from "./types";

/** The desk as the query of its address, both ways. A parameter at its default is left out; unknown ones are kept. */

export const PARTS: readonly Part[] = ["all", "prompt", "question", "last", "answer", "image", "text", "region"];
const UNITS: readonly Steering["unit"][] = ["ref", "max", "raw"];
/** Most features, and most characters of a text, that the interface takes. */
export const MAX_FEATURES = 16;

export const DESK_DEFAULTS: Desk = {
  model: "",
  features: [],
  image: null,
  system: "",
  prompt: "what is in the picture?",
  turns: [],
  where: "all",
  region: null,
  unit: "ref",
  seed: 0,
  temp: 0,
  len: 128,
  doses: { from: -3, to: 3 },
  answer: "",
  against: "",
};

/** Parameters that the desk owns. */
const NAMES = ["in", "f", "image", "system", "prompt", "turn", "where", "a", "unit", "seed", "temp", "len", "doses"];
const WATCH_NAMES = ["answer", "against"];

/**
 * Reads a query. What does not parse falls back to its default.
 * @param notices gets one sentence for each value that fell back.
 */
export function parseDesk(params: URLSearchParams, notices: string[] = []): Desk {
  const bad = <T>(name: string, fallback: T): T => {
    notices.push(`${name}=${params.get(name)} is not understood.`);
    return fallback;
  };
  const text = (name: "system" | "prompt" | "answer" | "against") => params.get(name) ?? DESK_DEFAULTS[name];
  const number = (name: "seed" | "temp" | "len", lo: number, hi: number, whole: boolean): number => {
    const given = params.get(name);
    if (given === null) return DESK_DEFAULTS[name];
    const x = given.trim() === "" ? Number.NaN : Number(given);
    return x >= lo && x <= hi && (!whole || Number.isInteger(x)) ? x : bad(name, DESK_DEFAULTS[name]);
  };
  const choice = <T extends string>(name: "where" | "unit", among: readonly T[], fallback: T): T => {
    const given = params.get(name);
    if (given === null) return fallback;
    return among.find((value) => value === given) ?? bad(name, fallback);
  };
  const pattern = (name: "image" | "a", shape: RegExp) => {
    const given = params.get(name);
    return given === null || shape.test(given) ? given : bad(name, null);
  };
  const features = params.getAll("f").flatMap((given) => {
    const turned = parseTurned(given);
    if (!turned) notices.push(`f=${given} is no feature: write sae/index:strength:method.`);
    return turned ?? [];
  });
  if (features.length > MAX_FEATURES) notices.push(`At most ${MAX_FEATURES} features are turned at once.`);
  return {
    model: params.get("in")?.split("/")[0] ?? features.find(({ model }) => model)?.model ?? "",
    features: features.slice(0, MAX_FEATURES).map(({ model: _, ...turned }) => turned),
    image: pattern("image", /^[0-9a-f]{12,64}$/),
    system: text("system"),
    prompt: text("prompt"),
    turns: params.getAll("turn").slice(0, 60),
    where: choice("where", PARTS, "all"),
    region: pattern("a", /^[A-Za-z0-9_-]+$/),
    unit: choice("unit", UNITS, "ref"),
    seed: number("seed", 0, 0x7fffffff, true),
    temp: number("temp", 0, 2, false),
    len: number("len", 1, 512, true),
    doses: parseDoses(params.get("doses")) ?? bad("doses", DESK_DEFAULTS.doses),
    answer: text("answer"),
    against: text("against"),
  };
}

/** "sae/index:strength:method:where"; the last three may be left out, and the model may stand in front. */
export function parseTurned(text: string): (Turned & { model: string | undefined }) | undefined {
  const [name = "", strength = "1", method = "add", where] = text.split(":");
  const found = /^(?:([a-z0-9][a-z0-9._-]{0,63})\/)?([a-z0-9][a-z0-9._-]{0,63}\/(?:0|[1-9]\d{0,8}))$/.exec(name);
  const known = METHODS.find((m) => m === method);
  const size = strength.trim() === "" ? Number.NaN : Number(strength);
  const part = where === undefined ? null : PARTS.find((p) => p === where);
  if (!found || !known || !(Math.abs(size) <= 1e6) || part === undefined) return undefined;
  return { model: found[1], ref: found[2] as string, strength: size, method: known, where: part };
}

function printTurned({ ref, strength, method, where }: Turned): string {
  return [ref, strength, method, ...(where === null ? [] : [where])].join(":");
}

/** "-3..3" as its ends; at most 15 doses. */
export function parseDoses(text: string | null): Desk["doses"] | undefined {
  if (text === null) return DESK_DEFAULTS.doses;
  const found = /^(-?\d{1,2})\.\.(-?\d{1,2})$/.exec(text);
  if (!found) return undefined;
  const [from, to] = [Number(found[1]), Number(found[2])];
  return from < to && to - from < 15 ? { from, to } : undefined;
}

/** The whole doses of a range: [-3, -2, ..., 3]. */
export function dosesOf({ from, to }: Desk["doses"]): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** The query of a desk, without "?"; parameters of `kept` that the desk does not own stay in front. */
export function printDesk(desk: Desk, kept = new URLSearchParams()): string {
  const params = new URLSearchParams(kept);
  for (const name of [...NAMES, ...WATCH_NAMES]) params.delete(name);
  const set = (name: string, value: string | number | null, fallback: string | number | null) => {
    if (value !== null && value !== fallback) params.set(name, String(value));
  };
  set("in", desk.model, "");
  for (const turned of desk.features) params.append("f", printTurned(turned));
  set("image", desk.image, null);
  set("system", desk.system, "");
  set("prompt", desk.prompt, DESK_DEFAULTS.prompt);
  for (const turn of desk.turns) params.append("turn", turn);
  set("where", desk.where, "all");
  set("a", desk.region, null);
  for (const name of ["unit", "seed", "temp", "len"] as const) set(name, desk[name], DESK_DEFAULTS[name]);
  set("doses", `${desk.doses.from}..${desk.doses.to}`, "-3..3");
  set("answer", desk.answer, "");
  set("against", desk.against, "");
  return printQuery(params);
}
