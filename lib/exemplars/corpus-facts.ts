/** What the captions, tags and sources of a corpus are, one sample at a time: 4 bytes a word. */
export interface FactsOfSample {
  /** Caption of an image, or the text. */
  words: string;
  tags: readonly string[];
  isImage: boolean;
  /** Where an image comes from: its style, folder or group; null when nothing is known. */
  source: string | null;
}

/** Numbers instead of names, with how many images and how many texts have each. */
class Names {
  readonly list: string[] = [];
  readonly images: number[] = [];
  readonly texts: number[] = [];
  private readonly byName = new Map<string, number>();

  idOf(name: string): number {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    this.byName.set(name, this.list.length);
    this.images.push(0);
    this.texts.push(0);
    return this.list.push(name) - 1;
  }
}

/** Distinct words of a text in lower case: runs of letters and digits, with an apostrophe or hyphen inside. */
export function wordsOf(text: string): string[] {
  return [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [])];
}

/**
 * Words, tags and source of every sample of a corpus, as numbers, with how many samples have each. Repetitions of another
 * sample are not counted; a word counts once in a sample.
 */
export class CorpusFacts {
  readonly words = new Names();
  readonly tags = new Names();
  readonly sources = new Names();
  /** Samples counted, and images of them with a source. */
  readonly counted = { images: 0, texts: 0, withSource: 0 };
  private readonly isImage: boolean[] = [];
  private readonly wordsOf: Int32Array[] = [];
  private readonly tagsOf: Int32Array[] = [];
  private readonly sourceOf: number[] = [];

  /** Adds the next sample of the corpus. */
  add(facts: FactsOfSample, counts: boolean): void {
    const note = (names: Names, all: readonly string[]) =>
      Int32Array.from(all, (name) => {
        const id = names.idOf(name);
        const tally = facts.isImage ? names.images : names.texts;
        if (counts) tally[id] = (tally[id] as number) + 1;
        return id;
      });
    this.wordsOf.push(note(this.words, wordsOf(facts.words)));
    this.tagsOf.push(note(this.tags, [...new Set(facts.tags)]));
    this.sourceOf.push(facts.source === null ? -1 : (note(this.sources, [facts.source])[0] as number));
    this.isImage.push(facts.isImage);
    if (!counts) return;
    this.counted[facts.isImage ? "images" : "texts"]++;
    if (facts.source !== null) this.counted.withSource++;
  }

  /**
   * Chance that a sample drawn like these has a word or tag: the share of images or of texts that have it, as many of each
   * as there are here. Captions and conversations differ too much to be one population.
   */
  chanceAmong(samples: readonly number[]): (names: Names, id: number) => number {
    const images = samples.filter((s) => this.isImage[s]).length;
    const { counted } = this;
    return (names, id) =>
      ((images * (names.images[id] as number)) / Math.max(1, counted.images) +
        ((samples.length - images) * (names.texts[id] as number)) / Math.max(1, counted.texts)) /
      Math.max(1, samples.length);
  }

  wordIds(sample: number): Int32Array {
    return this.wordsOf[sample] ?? new Int32Array();
  }

  tagIds(sample: number): Int32Array {
    return this.tagsOf[sample] ?? new Int32Array();
  }

  /** Number of the source, -1 when unknown. */
  sourceId(sample: number): number {
    return this.sourceOf[sample] ?? -1;
  }
}
