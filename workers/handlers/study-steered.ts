import { encodePng } from "@/lib/media/image";
import { drain } from "@/lib/model/drain";
import type { SiteEdit, TapInput, VisionLanguageModel } from "@/lib/model/types";
import type { Sae } from "@/lib/sae/sae";
import { steer } from "@/lib/sae/steer";
import { storeImage } from "@/lib/samples/mutations";
import { DESK_DEFAULTS, printDesk } from "@/lib/steering/desk/format";
import { placesWhere } from "@/lib/steering/where";
import { randomised } from "@/lib/steering/wrap";

const TOKENS = 24;

const PLACES = ["all", "prompt", "image"] as const;

/** One way of steering: a dose of the reference strength, at every token, at those of the prompt or of the image only. */
export interface Way {
  dose: number;
  where: (typeof PLACES)[number];
}

export const wayWords = ({ dose, where }: Way) => `x ${dose}${where === "all" ? "" : `, ${where} only`}`;

/** Every dose in every place. */
export function waysOf(doses: readonly number[]): Way[] {
  return PLACES.flatMap((where) => doses.map((dose) => ({ dose, where })));
}

/** Edits that add a feature in each way, and the same with a random direction of the same length in its place. */
export function lanesOf(
  site: string,
  sae: Sae,
  { index, aRef }: { index: number; aRef: number },
  ways: readonly Way[],
) {
  const own = ways.map(({ dose, where }) =>
    steer(site, [
      {
        ...{ sae, feature: index, method: "add", strength: dose * aRef },
        where: placesWhere({ positions: where }, undefined),
      },
    ]),
  );
  return { own, random: own.map((edit) => randomised(edit, index, 1)) };
}

/** Greedy answers to one prompt: the plain one, then one for each edit. */
export async function answersUnder(
  model: VisionLanguageModel,
  input: TapInput,
  edits: readonly SiteEdit[],
  signal: AbortSignal,
): Promise<string[]> {
  const versions = [{ edits: [] }, ...edits.map((edit) => ({ edits: [edit] }))];
  const stream = model.generateVersions({ ...input, versions, maxTokens: TOKENS, signal });
  return (await drain(stream)).map(({ text }) => text);
}

/** The picture kept for the page, and the steering desk on which an answer can be seen again. */
export async function shownOn(
  ref: string,
  { image }: TapInput,
  { question, way: { dose, where } }: { question: string; way: Way },
): Promise<{ image: string | null; href: string }> {
  const [model = "", sae, index] = ref.split("/");
  const stored = image ? (await storeImage(await encodePng(image))).sha : null;
  const features = [{ ref: `${sae}/${index}`, strength: dose, method: "add" as const, where: null }];
  const desk = { ...DESK_DEFAULTS, model, features, image: stored, prompt: question, where, len: TOKENS };
  return { image: stored, href: `/steer?${printDesk(desk)}` };
}
