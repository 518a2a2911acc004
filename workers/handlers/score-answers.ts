import type { Reader } from "@/lib/autointerp/reader";
import type { JobContext } from "@/lib/jobs/define";
import type { RgbImage } from "@/lib/media/image";

/** Questions put to the reader between two saved pages of answers, and groups among them. */
const PAGE = 256;
const GROUPS = 32;

/** A question that may have to be asked; its images are made only then. */
export interface PlannedQuestion {
  /** Equal keys ask the same. */
  key: string;
  /** Questions of one group share their images: they are asked together, so that an image is read once. */
  group: string;
  text: string;
  maxTokens: number;
  images: () => Promise<readonly RgbImage[]>;
  schema?: { name: string; schema: object };
}

export type AnswerContext = Pick<JobContext, "run" | "blobs" | "signal" | "progress">;

/**
 * Answers of the judge by key. Pages of them are kept in the blob store under the run: a resumed run does not ask again, and
 * scorers share what they ask alike. Questions that failed are not kept, so a resumed run tries them once more.
 */
export class AnswerBook {
  private readonly answers = new Map<string, string>();
  private pages = 0;

  private constructor(
    private readonly ctx: AnswerContext,
    private readonly reader: Reader,
  ) {}

  static async open(ctx: AnswerContext, reader: Reader): Promise<AnswerBook> {
    const book = new AnswerBook(ctx, reader);
    for await (const key of ctx.blobs.list(book.prefix)) {
      const bytes = await ctx.blobs.get(key);
      const page = bytes ? (JSON.parse(Buffer.from(bytes).toString("utf8")) as [string, string][]) : [];
      for (const [question, answer] of page) book.answers.set(question, answer);
      book.pages = Math.max(book.pages, Number(/(\d+)\.json$/.exec(key)?.[1] ?? 0) + 1);
    }
    return book;
  }

  private get prefix(): string {
    return `runs/${this.ctx.run.id}/`;
  }

  /** What was answered; undefined when nothing came back. */
  get(key: string): string | undefined {
    return this.answers.get(key);
  }

  /** Asks what was not answered yet. */
  async ask(stage: string, questions: readonly PlannedQuestion[]): Promise<void> {
    const open = new Map(questions.filter(({ key }) => !this.answers.has(key)).map((q) => [q.key, q]));
    const groups = new Map<string, PlannedQuestion[]>();
    for (const question of open.values()) {
      const known = groups.get(question.group);
      if (known) known.push(question);
      else groups.set(question.group, [question]);
    }
    const total = new Set(questions.map((q) => q.key)).size;
    let finished = total - open.size;
    let page: PlannedQuestion[] = [];
    let held = 0;
    const flush = async () => {
      if (page.length === 0) return;
      await this.askPage(page);
      finished += page.length;
      [page, held] = [[], 0];
      this.ctx.progress({ stage, done: finished, total });
    };
    this.ctx.progress({ stage, done: finished, total });
    for (const group of groups.values()) {
      page.push(...group);
      held++;
      if (page.length >= PAGE || held >= GROUPS) await flush();
    }
    await flush();
  }

  private async askPage(page: readonly PlannedQuestion[]): Promise<void> {
    this.ctx.signal.throwIfAborted();
    const made = new Map<string, Promise<readonly RgbImage[]>>();
    const imagesOf = (q: PlannedQuestion) => {
      const known = made.get(q.group) ?? q.images();
      made.set(q.group, known);
      return known;
    };
    const asked = await Promise.all(
      page.map(async (q) => {
        const { key, text, maxTokens, schema } = q;
        return { key, text, maxTokens, images: await imagesOf(q), ...(schema ? { schema } : {}) };
      }),
    );
    const replies = await this.reader.ask(asked, this.ctx.signal);
    const answered: [string, string][] = [];
    for (const [i, reply] of replies.entries()) {
      // A refusal is an answer that cannot be read.
      if (reply.state !== "failed") answered.push([page[i]!.key, reply.state === "answered" ? reply.text : ""]);
    }
    for (const [key, answer] of answered) this.answers.set(key, answer);
    const name = `${this.prefix}answers-${String(this.pages++).padStart(8, "0")}.json`;
    await this.ctx.blobs.put(name, Buffer.from(JSON.stringify(answered)));
  }

  /** Forgets what was kept for a resumed run. */
  async discard(): Promise<void> {
    for await (const key of this.ctx.blobs.list(this.prefix)) await this.ctx.blobs.delete(key);
  }
}
