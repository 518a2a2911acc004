import type { RgbImage } from "@/lib/media/image";
import type { VisionModel } from "@/lib/model/types";

/** Outputs that stand for the whole image, best first. */
const WHOLE = ["image_embeds", "pooler_output"];

/**
 * One vector of an image by a vision model: its image embedding or pooled output, else the mean of its last hidden states.
 */
export async function imageEmbedding(model: VisionModel, image: RgbImage): Promise<Float32Array> {
  const name = WHOLE.find((one) => model.outputs.includes(one)) ?? (model.outputs[0] as string);
  const { data, dims } = await model.output(image, name);
  const d = dims.at(-1) as number;
  if (data.length === d) return data;
  const mean = new Float64Array(d);
  for (let t = 0; t < data.length; t++) mean[t % d]! += data[t]! / (data.length / d);
  return Float32Array.from(mean);
}
