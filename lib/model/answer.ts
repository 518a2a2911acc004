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
      // What was held back as the beginning of a stop text was none.
      this.shown = this.tokenizer.decode(this.ids).replace(UNFINISHED, "");
      return undefined;
    }
    this.ids.push(id);
    if (this.ids.length >= this.maxTokens) this.finish = "length";
    const whole = this.tokenizer.decode(this.ids);
    const cut = Math.min(...this.stop.map((text) => whole.indexOf(text)).filter((at) => at >= 0));
    if (Number.isFinite(cut)) this.finish = "stop";
    const ready = Number.isFinite(cut) ? whole.slice(0, cut) : this.finish ? whole : this.certain(whole);
    const added = ready.slice(this.shown.length);
    this.shown = ready.length > this.shown.length ? ready : this.shown;
    return added;
  }

  /** Takes a token of an answer that is given: end tokens are tokens like others. */
  force(id: number, logprob: number): string {
    this.logprob += logprob;
    this.ids.push(id);
    if (this.ids.length >= this.maxTokens) this.finish = "length";
    const whole = this.tokenizer.decode(this.ids);
    const added = whole.slice(this.shown.length);
    this.shown = whole;
    return added;
  }

  /** Text that no later token can take back: not part of an unfinished character, not the beginning of a stop text. */
  private certain(whole: string): string {
    const text = whole.replace(UNFINISHED, "");
    const longest = Math.max(0, ...this.stop.map((stop) => overlap(text, stop)));
    return text.slice(0, text.length - longest);
  }

  result(): Generation {
    return { ids: this.ids, text: this.shown, logprob: this.logprob, finish: this.finish ?? "length" };
  }
}

/** Length of the longest end of `text` with which `stop` begins. */
function overlap(text: string, stop: string): number {
  for (let n = Math.min(text.length, stop.length - 1); n > 0; n--) if (text.endsWith(stop.slice(0, n))) return n;
  return 0;
}
