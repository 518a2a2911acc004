import { createRng, type Rng } from "../core/rng";
import { type Atlas, TRAINED_STYLES, UNSEEN_STYLE } from "./atlas";
import { type Background, COLORS, paintBackground, TEXTURES } from "./background";
import { type Box, type Canvas, createCanvas, drawSprite, jitter, SIZE } from "./canvas";
import { CONCEPTS, type Concept } from "./concepts";
import { drawMap, drawShape, drawSign, SHAPES } from "./draw";
import { captionOf, questionsFor, tagsOf } from "./questions";
import { placeOf, type Scene, type SceneObject } from "./truth";
import { CONTINENTS, FONTS, SIGN_WORDS } from "./words";

/** Seeds of the three splits. A scene's split is decided by its seed alone. */
export const SPLITS = { train: 0, validation: 1_000_000_000, test: 2_000_000_000 } as const;
export type Split = keyof typeof SPLITS;

export function splitOf(seed: number): Split {
  return seed >= SPLITS.test ? "test" : seed >= SPLITS.validation ? "validation" : "train";
}

const THEMES = ["objects", "signs", "map", "face"] as const;
export type Theme = (typeof THEMES)[number];

/** Fixes parts of a scene that are drawn at random otherwise; used to build test sets. */
export interface SceneOptions {
  theme?: Theme;
  /** Number of pictures in an "objects" scene. */
  nObjects?: number;
  /** Number of signs in a "signs" scene. */
  nSigns?: number;
  style?: string;
}

const PICTURES = CONCEPTS.filter((c) => c.group !== "feeling");
const FACES = CONCEPTS.filter((c) => c.group === "feeling");

class Builder {
  readonly canvas: Canvas = createCanvas();
  readonly objects: SceneObject[] = [];
  readonly taken: Box[] = [];
  private nextId = 1;

  constructor(
    readonly atlas: Atlas,
    readonly rng: Rng,
    readonly style: string,
    readonly strength: number,
  ) {}

  id(n = 1): number {
    const id = this.nextId;
    this.nextId += n;
    return id;
  }

  add(object: Omit<SceneObject, "place">): void {
    this.objects.push({ ...object, place: placeOf(object.box, SIZE) });
  }

  /** A centre for a box of this size that touches the others little, or undefined after 30 tries. */
  spot(w: number, h: number): [number, number] | undefined {
    for (let i = 0; i < 30; i++) {
      const x = this.rng.range(w / 2, SIZE - w / 2);
      const y = this.rng.range(h / 2, SIZE - h / 2);
      const box: Box = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
      const clear = this.taken.every((t) => {
        const ow = Math.min(t[2], box[2]) - Math.max(t[0], box[0]);
        const oh = Math.min(t[3], box[3]) - Math.max(t[1], box[1]);
        return ow <= 0 || oh <= 0 || ow * oh < 0.1 * Math.min(w * h, (t[2] - t[0]) * (t[3] - t[1]));
      });
      if (clear) {
        this.taken.push(box);
        return [x, y];
      }
    }
    return undefined;
  }

  picture(concept: Concept, size: number): void {
    const at = this.spot(size, size);
    if (!at) return;
    const { rng } = this;
    const icon = rng.pick(concept.icons);
    const has = this.atlas.stylesOf(icon);
    const fits = this.style === "mixed" ? has.filter((s) => s !== UNSEEN_STYLE) : has.filter((s) => s === this.style);
    const style = fits.length ? rng.pick(fits) : rng.pick(has.filter((s) => s !== UNSEEN_STYLE));
    if (this.style === UNSEEN_STYLE && style !== UNSEEN_STYLE) return;
    const id = this.id();
    const placement = {
      x: at[0],
      y: at[1],
      size,
      angle: rng.normal() * 0.12 * (1 + this.strength),
      flip: rng.chance(0.5),
      ...jitter(rng, this.strength),
    };
    const box = drawSprite(this.canvas, this.atlas.sprite(style, icon), placement, id);
    const kind = concept.group === "feeling" ? "face" : concept.group === "activity" ? "activity" : "object";
    const feeling = kind === "face" ? { feeling: concept.name.replace(" face", "") } : {};
    this.add({ id, kind, concept: concept.name, box, style, ...feeling });
  }

  sign(word: string, height: number): void {
    const w = Math.min(SIZE - 8, word.length * height * 0.5 + 8);
    const at = this.spot(w, height + 4);
    if (!at) return;
    const id = this.id();
    const { box, letters } = drawSign(
      this.canvas,
      this.atlas,
      word,
      this.rng.int(FONTS.length),
      at[0],
      at[1],
      height,
      this.rng,
      id,
    );
    this.add({ id, kind: "word", concept: word, box, letters });
  }

  shape(): void {
    const radius = this.rng.range(8, 16);
    const at = this.spot(radius * 2, radius * 2);
    if (!at) return;
    const id = this.id();
    const shape = this.rng.pick(SHAPES);
    const color = COLORS[this.rng.pick(Object.keys(COLORS))]!;
    const ink = this.rng.chance(0.5) ? ([24, 24, 28] as const) : color;
    const box = drawShape(this.canvas, shape, at[0], at[1], radius, ink, this.rng.range(-0.4, 0.4), id);
    this.add({ id, kind: "shape", concept: shape, box });
  }

  map(countries: readonly string[]): void {
    const firstId = this.id(countries.length * 2);
    for (const r of drawMap(this.canvas, this.atlas, countries, this.rng.int(FONTS.length), this.rng, firstId)) {
      this.add({ id: r.landId, kind: "land", concept: r.country, box: r.landBox });
      this.add({ id: r.labelId, kind: "country", concept: r.country, box: r.labelBox, letters: r.letters });
    }
  }
}

function pickTheme(rng: Rng): Theme {
  const u = rng.float();
  return u < 0.55 ? "objects" : u < 0.71 ? "signs" : u < 0.87 ? "map" : "face";
}

function compose(b: Builder, theme: Theme, nObjects: number, nSigns: number | undefined): void {
  const { rng } = b;
  const concepts = (n: number): Concept[] => rng.shuffle([...PICTURES]).slice(0, n);
  const sizeFor = (n: number): number =>
    n === 1 ? rng.range(36, 84) : n === 2 ? rng.range(32, 54) : n < 5 ? rng.range(28, 44) : rng.range(24, 38);
  if (theme === "map") {
    const continent = rng.pick(Object.keys(CONTINENTS));
    b.map(rng.shuffle([...CONTINENTS[continent]!]).slice(0, 2 + rng.int(3)));
    return;
  }
  if (theme === "signs") {
    const n = nSigns ?? 1 + rng.int(2);
    for (const word of rng.shuffle([...SIGN_WORDS]).slice(0, n)) b.sign(word, rng.range(15, n === 1 ? 26 : 20));
    for (const c of concepts(rng.int(3))) b.picture(c, rng.range(28, 42));
    return;
  }
  if (theme === "face") {
    b.picture(rng.pick(FACES), rng.range(36, 72));
    for (const c of concepts(rng.int(3))) b.picture(c, rng.range(28, 40));
    return;
  }
  for (const c of concepts(nObjects)) b.picture(c, sizeFor(nObjects));
  if (rng.chance(0.15)) b.sign(rng.pick(SIGN_WORDS), rng.range(14, 20));
  if (rng.chance(0.2)) b.shape();
}

/**
 * Makes the scene of a seed: the same seed always gives the same pixels, truth and questions. Scenes of the training
 * split mix art styles and vary colours strongly; held-out scenes keep one style each, a quarter of them the unseen one.
 */
export function makeScene(atlas: Atlas, seed: number, options: SceneOptions = {}): Scene {
  const rng = createRng(seed, "scene");
  const held = splitOf(seed) !== "train";
  const theme = options.theme ?? pickTheme(rng);
  const own = held
    ? rng.chance(0.25)
      ? UNSEEN_STYLE
      : rng.pick(TRAINED_STYLES)
    : rng.chance(0.7)
      ? "mixed"
      : rng.pick(TRAINED_STYLES);
  const style = options.style ?? own;
  const background: Background = { color: rng.pick(Object.keys(COLORS)), texture: rng.pick(TEXTURES) };
  if (theme === "map") {
    background.color = "blue";
    background.texture = "plain";
  }
  const b = new Builder(atlas, rng, style, held ? 0.25 : rng.chance(0.3) ? 1.2 : 0.5);
  paintBackground(b.canvas, background, rng);
  compose(b, theme, options.nObjects ?? 1 + rng.int(4), options.nSigns);
  const masks = b.canvas.mask;
  const visible = new Set(masks);
  const objects = b.objects.filter((o) => visible.has(o.id));
  const truth = { theme, background, objects };
  return {
    seed,
    theme,
    width: SIZE,
    height: SIZE,
    pixels: b.canvas.pixels,
    masks,
    style,
    background,
    objects,
    caption: captionOf(truth),
    tags: tagsOf(truth),
    questions: questionsFor(truth, createRng(seed, "questions")),
  };
}
