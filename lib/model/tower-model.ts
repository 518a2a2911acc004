import { AppError } from "@/lib/core/errors";
import type { RgbImage } from "@/lib/media/image";
import { Chain } from "@/lib/model/chain";
import { type GradientGraph, openGradient, seeded } from "@/lib/model/gradient";
import type { ImageReader } from "@/lib/model/images/reader";
import { graphsToKeep, Kept } from "@/lib/model/kept";
import type { GraphPart } from "@/lib/model/language-model";
import { floatsOf, floatTensor, type Session } from "@/lib/model/session";
import { openTap, tapVision, towerTokens } from "@/lib/model/tap";
import type { Geometry, Gradient, OutputDirection, Tap, TapInput, VisionModel } from "@/lib/model/types";
import { undifferentiable } from "@/lib/onnx/differentiate";
import type { Site } from "@/lib/onnx/sites";

export interface TowerParts {
  slug: string;
  hash: string;
  dModel: number;
  threads: number | undefined;
  graph: GraphPart;
  outputs: string[];
  reader: ImageReader;
}

const TAP_BATCH = 16;

/** A vision tower by itself. */
export class TowerModel implements VisionModel {
  readonly kind = "vision";
  readonly sites: string[];
  private readonly taps: Kept<Session>;
  private readonly gradients: Kept<GradientGraph>;
  private whole: Promise<Chain> | undefined;

  constructor(private readonly parts: TowerParts) {
    this.sites = parts.graph.sites.map((site) => site.name);
    this.taps = new Kept((session) => session.dispose(), graphsToKeep(parts.graph.bytes));
    this.gradients = new Kept(({ session }) => session.dispose(), graphsToKeep(parts.graph.bytes));
  }

  get slug() {
    return this.parts.slug;
  }
  get hash() {
    return this.parts.hash;
  }
  get nLayers() {
    return this.sites.length;
  }
  get dModel() {
    return this.parts.dModel;
  }
  get outputs() {
    return this.parts.outputs;
  }

  /** Loads the whole tower, so that a broken file is known at once. */
  async load(): Promise<void> {
    await this.tower();
  }

  siteWidth(site: string): number {
    this.site(site);
    return this.dModel;
  }

  geometryFor(image: { width: number; height: number }): Geometry {
    return this.parts.reader.geometryFor(image);
  }

  async tap(
    inputs: readonly TapInput[],
    name: string,
    options: { batch?: number; signal?: AbortSignal } = {},
  ): Promise<Tap[]> {
    const site = this.site(name);
    const images = inputs.map((input) => this.image(input));
    const { graph, reader, threads } = this.parts;
    const open = async () => openTap(await graph.read(), graph.path, site, threads);
    const batch = graph.mixes || reader.batch === "one" ? 1 : Math.max(1, options.batch ?? TAP_BATCH);
    return this.taps.use(name, open, async (session) => {
      const taps: Tap[] = [];
      for (let at = 0; at < images.length; at += batch) {
        options.signal?.throwIfAborted();
        taps.push(...(await tapVision(session, reader, images.slice(at, at + batch))));
      }
      return taps;
    });
  }

  async output(image: RgbImage, name: string): Promise<{ data: Float32Array; dims: readonly number[] }> {
    this.checkOutput(name);
    const found = (await (await this.tower()).run(this.parts.reader.feeds([image])))[name]!;
    return { data: floatsOf(found), dims: found.dims };
  }

  async gradient(input: TapInput, name: string, { output, direction }: OutputDirection): Promise<Gradient> {
    const site = this.site(name);
    const image = this.image(input);
    this.checkOutput(output);
    const { graph, reader, threads } = this.parts;
    const { data, dims } = await this.output(image, output);
    if (direction.length !== data.length) {
      throw new AppError(
        "INVALID_INPUT",
        `${output} has ${data.length} values for one image; the direction has ${direction.length}.`,
      );
    }
    const open = async () => openGradient(await graph.read(), graph.path, { tensor: site.tensor, of: output }, threads);
    const seed = floatTensor(direction, dims);
    const acts = await this.gradients.use(`${output}/${name}`, open, (opened) =>
      seeded(opened, reader.feeds([image]), seed),
    );
    const value = data.reduce((sum, x, i) => sum + x * direction[i]!, 0);
    return { acts, tokens: towerTokens(reader.layout(image), acts.rows), value };
  }

  async undifferentiable(name: string): Promise<{ op: string; node: string }[]> {
    const { tensor } = this.site(name);
    const graph = await this.parts.graph.read();
    // Where a graph has several outputs, the one that loses least.
    const lists = this.outputs.map((output) => undifferentiable(graph, tensor, output));
    return lists.sort((a, b) => a.length - b.length)[0] ?? [];
  }

  async dispose(): Promise<void> {
    const whole = await this.whole?.catch(() => undefined);
    await Promise.all([this.taps.closeAll(), this.gradients.closeAll(), whole?.dispose()]);
  }

  private tower(): Promise<Chain> {
    const { graph, threads } = this.parts;
    this.whole ??= (async () => Chain.open({ model: await graph.read(), path: graph.path, threads }, []))();
    return this.whole;
  }

  private image({ image }: TapInput): RgbImage {
    if (!image) throw new AppError("INVALID_INPUT", `${this.slug} is a vision tower: give every input an image.`);
    return image;
  }

  private checkOutput(name: string): void {
    if (!this.outputs.includes(name)) {
      throw new AppError(
        "INVALID_INPUT",
        `${this.slug} has no output "${name}": use one of ${this.outputs.join(", ")}.`,
      );
    }
  }

  private site(name: string): Site {
    const found = this.parts.graph.sites.find((site) => site.name === name);
    if (found) return found;
    throw new AppError("INVALID_INPUT", `${this.slug} has no site "${name}": use one of ${this.sites.join(", ")}.`);
  }
}
