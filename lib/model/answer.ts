import type { Tokenizer } from "@/lib/model/tokenizer";
import type { Generation } from "@/lib/model/types";

/** Text that can still change: a decoder shows bytes of an unfinished character as U+FFFD. */
const UNFINISHED = /\uFFFD+$/;

/** Collects the tokens of one answer, decodes them as a whole, and sees when it ends. */
export class Answer {
  readonly ids: number[] = [];
  logprob = 0;
  finish: Generation["finish"] | undefined;
  private shown = "";

  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly maxTokens: number,
    private readonly stop: readonly string[],
  ) {
    if (maxTokens <= 0) this.finish = "length";
  }

  /** Takes the next token and returns the text it adds; undefined when it ends the answer and is not part of it. */
  push(id: number, logprob: number): string | undefined {
    this.logprob += logprob;
    if (this.tokenizer.eosIds.includes(id)) {
      this.finish = "stop";
      return undefined;
    }
    this.ids.push(id);
    if (this.ids.length >= this.maxTokens) this.finish = "length";
    const whole = this.tokenizer.decode(this.ids);
    const cut = Math.min(...this.stop.map((text) => whole.indexOf(text)).filter((at) => at >= 0));
    if (Number.isFinite(cut)) this.finish = "stop";
    const ready = Number.isFinite(cut) ? whole.slice(0, cut) : this.finish ? whole : whole.replace(UNFINISHED, "");
    const added = ready.slice(this.shown.length);
    this.shown = ready.length > this.shown.length ? ready : this.shown;
    return added;
  }

  result(): Generation {
    return { ids: this.ids, text: this.shown, logprob: this.logprob, finish: this.finish ?? "length" };
  }
}
