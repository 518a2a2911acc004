import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { demoJob, RegisterResult, registerJob } from "@/lib/demo/job";
import { demoSteps } from "@/lib/demo/steps";
import { runSteps } from "@/lib/jobs/chain";
import { done, type Handler } from "@/lib/jobs/define";
import { registerModelFolder, registerSaeFolder } from "@/lib/training/register";

/** `fovea.json` beside a shipped checkpoint: what the weights alone do not say. */
const shippedSchema = z.object({
  site: z.string(),
  config: z.unknown().optional(),
  metrics: z.unknown().optional(),
  curves: z.unknown().optional(),
});

export const handleDemo: Handler<typeof demoJob> = (ctx) => runSteps(ctx, demoSteps(ctx.params));

/** Registers a model folder and every SAE under its `saes` folder; the first by name is the one that demos use. */
export const handleRegister: Handler<typeof registerJob> = async ({ params, progress }) => {
  progress({ stage: "register", done: 0, message: `Opening ${params.folder}.` });
  const model = await registerModelFolder(params.folder, params);
  const names = await readdir(join(params.folder, "saes")).catch(() => []);
  const saes: { id: string; site: string }[] = [];
  for (const slug of names.sort()) {
    const folder = join(params.folder, "saes", slug);
    const about = await readFile(join(folder, "fovea.json"), "utf8").catch(() => null);
    if (about === null) continue;
    saes.push(await registerSaeFolder(folder, { model: model.slug, slug, ...shippedSchema.parse(JSON.parse(about)) }));
  }
  const middle = `layers.${Math.min(model.nLayers - 1, Math.floor(0.75 * model.nLayers))}.resid_post`;
  const result: RegisterResult = { model: model.slug, site: saes[0]?.site ?? middle, sae: saes[0]?.id ?? null };
  return done(result);
};
