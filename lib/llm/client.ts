import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { AppError } from "@/lib/core/errors";
import { createRng, type Rng } from "@/lib/core/rng";
import { RetryLater } from "@/lib/jobs/define";
import { type Abilities, amend, hopedFor, probeQuestion, SHORT_QUESTIONS } from "./abilities";
import type { Outcome } from "./answer";
import type { ChatEndpoint } from "./endpoint";
import { bodyOf } from "./message";
import { type Clock, Pace } from "./pace";
import { knowsShortQuestionsOnly, post } from "./request";
import type { CallEnd, ChatClient, ChatQuestion, ChatReply, Ledger } from "./types";

/** Requests for one question that may go wrong, and times that it may be told to wait. */
const FAULTS = 6;
const WAITS = 20;
const LONGEST_PAUSE_MS = 30_000;
/** An endpoint that asks for more patience gets its run put off: no worker is held meanwhile. */
const LONG_WAIT_MS = 5 * 60_000;
/** Questions in a row without an answer after which there is nobody to ask. */
const GIVE_UP_AFTER = 8;
/** How often the tokens of an answer that was cut off are doubled. */
const DOUBLINGS = 2;

const SYSTEM: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => signal.throwIfAborted()),
};

interface Options {
  /** Images that a question would like to hold. */
  images: number;
  /** Of the pauses, and given to the model. */
  seed: number;
  /** Names a request to the server: `<run>/<key>/<attempt>`. */
  run: string;
  signal: AbortSignal;
  clock?: Clock;
}

/**
 * Opens a chat endpoint: finds out what it can do with at most a few small requests, which the ledger keeps as well.
 * @throws AppError EXPLAINER_FAILED that says what is wrong with key, model or address.
 */
export async function openChat(endpoint: ChatEndpoint, ledger: Ledger, options: Options): Promise<ChatClient> {
  const { images, signal } = options;
  const short = await knowsShortQuestionsOnly(endpoint, signal);
  const client = new Client(endpoint, ledger, options, short ? SHORT_QUESTIONS : hopedFor(images));
  if (!short) await client.findAbilities(signal);
  return client;
}

class Client implements ChatClient {
  private readonly pace: Pace;
  private readonly clock: Clock;
  /** Why no further question is asked. */
  private end: Error | undefined;
  private unanswered = 0;

  constructor(
    private readonly endpoint: ChatEndpoint,
    private readonly ledger: Ledger,
    private readonly options: Options,
    private abilities: Abilities,
  ) {
    this.clock = options.clock ?? SYSTEM;
    this.pace = new Pace(endpoint.concurrency, this.clock, endpoint.perMinute);
  }

  get model() {
    return this.endpoint.model;
  }
  get mostImages() {
    return this.abilities.images;
  }
  get instructed() {
    return this.abilities.instructed;
  }
  get concurrency() {
    return this.endpoint.concurrency;
  }

  async ask(questions: readonly ChatQuestion[], signal: AbortSignal): Promise<ChatReply[]> {
    // Every question that waits for its turn listens to it.
    setMaxListeners(0, signal);
    const known = await this.ledger.find(questions.map(({ key }) => key));
    const settled = await Promise.allSettled(
      questions.map(async (question) => known.get(question.key)?.reply ?? this.answer(question, signal)),
    );
    return settled.map((one) => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
  }

  /** Leaves out what the endpoint refuses, one by one, until it takes a question. */
  async findAbilities(signal: AbortSignal): Promise<void> {
    for (;;) {
      const probe = probeQuestion(this.abilities);
      const known = (await this.ledger.find([probe.key])).get(probe.key);
      if (known?.reply) return;
      const rejected = known?.rejected ?? (await this.try(probe, signal)).rejected;
      if (rejected === null) return;
      const next = amend(this.abilities, rejected);
      if (!next) throw this.giveUp(`It refuses every question: ${rejected}`, 422);
      this.abilities = next;
    }
  }

  private async answer(question: ChatQuestion, signal: AbortSignal): Promise<ChatReply> {
    const { reply } = await this.try(question, signal);
    if (reply.state !== "failed") this.unanswered = 0;
    else if (++this.unanswered >= GIVE_UP_AFTER) {
      throw this.giveUp(`${this.unanswered} questions in a row had no answer, the last one because: ${reply.reason}`);
    }
    return reply;
  }

  /** Asks until there is an answer or all tries are spent. */
  private async try(
    question: ChatQuestion,
    signal: AbortSignal,
  ): Promise<{ reply: ChatReply; rejected: string | null }> {
    const rng = createRng(this.options.seed, "chat", question.key);
    const started = this.clock.now();
    const left = { faults: FAULTS, waits: WAITS, doublings: question.schema ? DOUBLINGS : 0 };
    for (let maxTokens = question.maxTokens; ; ) {
      const { outcome, ms } = await this.request(question, maxTokens, left.doublings > 0, signal);
      const tokens = "tokens" in outcome ? outcome.tokens : null;
      const cost = { promptTokens: tokens?.prompt ?? 0, completionTokens: tokens?.completion ?? 0, ms };
      const failed = (reason: string) => ({ state: "failed" as const, reason, ms: this.clock.now() - started });
      switch (outcome.kind) {
        case "answered":
          if (outcome.cut && left.doublings-- > 0) {
            maxTokens *= 2;
            continue;
          }
          return { reply: { state: "answered", text: outcome.text, ...cost }, rejected: null };
        case "refused":
          return { reply: { state: "refused", reason: outcome.reason, ...cost }, rejected: null };
        case "rejected":
          return { reply: failed(outcome.reason), rejected: outcome.reason };
        case "hopeless":
          throw this.giveUp(hint(outcome), 422);
        case "again":
          if ((outcome.tooMany ? left.waits-- : --left.faults) <= 0) {
            return { reply: failed(outcome.reason), rejected: null };
          }
          if (!outcome.tooMany) {
            await this.clock.sleep(Math.max(this.pause(FAULTS - left.faults, rng), outcome.afterMs ?? 0), signal);
          }
      }
    }
  }

  /** One request when its turn has come, with its row in the ledger. */
  private request(question: ChatQuestion, maxTokens: number, mayRepeat: boolean, signal: AbortSignal) {
    const { run, seed } = this.options;
    return this.pace.run(async (sentAt) => {
      if (this.end) throw this.end;
      const body = await bodyOf(question, { model: this.model, abilities: this.abilities, maxTokens, seed });
      const attempt = await this.ledger.open(question.key);
      const requestKey = `${run}/${question.key}/${attempt}`;
      const outcome = await post(this.endpoint, body, requestKey, this.clock, signal);
      const ms = Math.max(0, Math.round(this.clock.now() - sentAt));
      await this.ledger.close(question.key, attempt, endOf(outcome, ms, mayRepeat ? maxTokens : null));
      signal.throwIfAborted();
      if (outcome.kind === "answered" || outcome.kind === "refused") this.pace.succeeded();
      if (outcome.kind === "again" && outcome.tooMany) {
        const pause = outcome.afterMs ?? this.pause(attempt, createRng(seed, "pause", requestKey));
        if (pause > LONG_WAIT_MS) {
          this.end ??= new RetryLater(pause, `The endpoint asks to wait ${Math.round(pause / 60_000)} minutes.`);
          throw this.end;
        }
        this.pace.tooMany(pause, sentAt);
      }
      return { outcome, ms };
    }, signal);
  }

  /** Doubles with each try, and differs between questions so that they do not come back all at once. */
  private pause(tries: number, rng: Rng): number {
    return Math.min(LONGEST_PAUSE_MS, this.endpoint.pauseMs * 2 ** (tries - 1)) * rng.range(0.5, 1);
  }

  private giveUp(why: string, status?: number): Error {
    this.end ??= new AppError(
      "EXPLAINER_FAILED",
      `The explainer at EXPLAINER_BASE_URL: ${why}`,
      status ? { status } : {},
    );
    return this.end;
  }
}

function hint({ status, reason }: { status: number; reason: string }): string {
  if (status === 401 || status === 403) return `it does not take the key, so check EXPLAINER_API_KEY (${reason}).`;
  if (status === 402) return `it wants to be paid first (${reason}).`;
  return `there is nothing at that address or no such model, so check EXPLAINER_BASE_URL and EXPLAINER_MODEL (${reason}).`;
}

/** @param cutAt tokens at which an answer that was cut off is asked for again; null when it is taken as it is */
function endOf(outcome: Outcome, ms: number, cutAt: number | null): CallEnd {
  const { status } = outcome;
  const tokens = "tokens" in outcome ? outcome.tokens : null;
  if (outcome.kind !== "answered") {
    const state = outcome.kind === "refused" ? "refused" : "failed";
    return { state, status, reason: outcome.reason, text: null, tokens, ms };
  }
  const cut = outcome.cut && cutAt !== null;
  const reason = cut ? `Cut off at ${cutAt} tokens.` : null;
  return { state: cut ? "failed" : "answered", status, reason, text: outcome.text, tokens, ms };
}
