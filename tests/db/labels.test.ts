import { beforeEach, describe, expect, it } from "vitest";
import { settleLabels } from "@/lib/autointerp/label/mutations";
import { createRng } from "@/lib/core/rng";
import { db } from "@/lib/db/client";
import { inPgTransaction } from "@/lib/db/copy";
import { adjacentFeatures } from "@/lib/features/list/data";
import { makeFeatures } from "../helpers/feature-rows";

interface Given {
  id: string;
  index: number;
  status: string;
  explainer: string;
  pinned: boolean;
  detection: number | null;
  votes: number;
  at: number;
}

const BY_EVIDENCE = ["captions", "paper", "self", "pipeline", "endpoint"];

/** The same explainer has come to something newer. */
const superseded = (given: readonly Given[], e: Given) =>
  e.explainer !== "human" && given.some((n) => n.index === e.index && n.explainer === e.explainer && n.at > e.at);

/** The rule of labels, said once more: pinned, not voted down, newest by a person, best detection, most evidence, newest. */
function naive(given: readonly Given[], index: number): string | undefined {
  const weighed = given.some((e) => e.index === index && e.explainer === "pipeline");
  const rank = (e: Given) => [
    ...[e.pinned ? 1 : 0, e.votes >= 0 ? 1 : 0, e.explainer === "human" ? e.at : -1],
    ...[e.detection ?? -1, BY_EVIDENCE.indexOf(e.explainer), e.at],
  ];
  const better = (a: Given, b: Given) => {
    for (const [i, x] of rank(a).entries()) if (x !== rank(b)[i]) return (rank(b)[i] as number) - x;
    return 0;
  };
  const counts = (e: Given) =>
    e.status === "explained" && (e.pinned || (!superseded(given, e) && (!weighed || e.explainer !== "captions")));
  return given.filter((e) => e.index === index && counts(e)).sort(better)[0]?.id;
}

let sae = "";
beforeEach(async () => {
  await db().model.deleteMany();
  sae = await makeFeatures(
    "m",
    "s",
    Array.from({ length: 30 }, (_, index) => ({ index })),
  );
});

describe("settleLabels", () => {
  it("chooses as the rule says, and lists and searches show what it chose", async () => {
    const rng = createRng(1, "labels");
    const given = Array.from({ length: 120 }, (_, i): Given => {
      const explained = rng.float() < 0.7;
      return {
        id: `x${i}`,
        index: rng.int(29),
        status: explained ? "explained" : "declined",
        explainer: rng.float() < 0.4 ? "human" : rng.pick(BY_EVIDENCE),
        pinned: explained && rng.float() < 0.1,
        detection: explained && rng.float() < 0.5 ? rng.int(5) / 8 : null,
        votes: rng.int(3) - 1,
        at: i,
      };
    });
    for (const { detection, votes, at, ...e } of given) {
      await db().explanation.create({
        data: {
          ...e,
          saeId: sae,
          text: e.status === "explained" ? `word${at}` : null,
          promptVersion: String(at),
          evidence: {},
          cost: {},
          createdAt: new Date(at * 1000),
        },
      });
      if (votes !== 0) await db().vote.create({ data: { explanationId: e.id, voter: "v", value: votes } });
      if (detection === null) continue;
      const score = { id: `c${at}`, explanationId: e.id, saeId: sae, index: e.index, scorer: "detection", n: 8 };
      await db().score.create({ data: { ...score, value: detection, receipts: [] } });
    }
    const all = Array.from({ length: 30 }, (_, i) => i);
    await inPgTransaction((client) => settleLabels(client, sae, all));
    for (const index of all) {
      const chosen = given.find((e) => e.id === naive(given, index));
      const marked = await db().explanation.findMany({ where: { saeId: sae, index, isLabel: true } });
      expect(marked.map((e) => e.id)).toEqual(chosen ? [chosen.id] : []);
      const feature = await db().feature.findUniqueOrThrow({ where: { saeId_index: { saeId: sae, index } } });
      const newest = given.filter((e) => e.index === index && e.status !== "explained").at(-1);
      expect(feature).toMatchObject({
        label: chosen ? `word${chosen.at}` : null,
        status: chosen ? "explained" : (newest?.status ?? "pending"),
        detection: chosen?.detection ?? null,
      });
      if (!chosen) continue;
      const [found] = await db().$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM features
        WHERE sae_id = ${sae} AND index = ${index} AND search_vector @@ plainto_tsquery('english', ${`word${chosen.at}`})`;
      expect(found?.n).toBe(1);
    }
  });

  it("counts as disagreement what people have not settled: no pin, no words of a person, no vote for the label", async () => {
    const say = (id: string, text: string, explainer: string, promptVersion = "1") =>
      db().explanation.create({
        data: {
          id,
          saeId: sae,
          index: 5,
          status: "explained",
          text,
          explainer,
          promptVersion,
          evidence: {},
          cost: {},
        },
      });
    const disagreement = async () => {
      await inPgTransaction((client) => settleLabels(client, sae, [5]));
      return (await db().feature.findUniqueOrThrow({ where: { saeId_index: { saeId: sae, index: 5 } } })).disagreement;
    };
    const vote = (explanationId: string, value: number) =>
      db().vote.upsert({
        where: { explanationId_voter: { explanationId, voter: "v" } },
        create: { explanationId, voter: "v", value },
        update: { value },
      });
    await say("p", "a dog", "pipeline");
    expect(await disagreement()).toBeNull();
    await say("same", "A dog", "endpoint");
    expect(await disagreement()).toBe(0);
    await db().explanation.update({ where: { id: "same" }, data: { text: "The" } });
    await db().explanation.update({ where: { id: "p" }, data: { text: "the" } });
    expect(await disagreement()).toBe(0);
    await db().explanation.delete({ where: { id: "same" } });
    await db().explanation.update({ where: { id: "p" }, data: { text: "a dog" } });
    // What the same explainer said by an older prompt is no second opinion.
    await say("old", "a stop sign", "self", "0");
    expect(await disagreement()).toBe(1);
    await say("new", "the dog", "self", "2");
    expect(await disagreement()).toBe(0);
    await db().explanation.deleteMany({ where: { id: { in: ["old", "new"] } } });
    await say("q", "red stripes", "self");
    expect(await disagreement()).toBe(1);
    await say("r", "the dog", "paper");
    expect(await disagreement()).toBeCloseTo(2 / 3);
    // Voted down, it is out of the question; voted for, the label is settled; a vote for another one settles nothing.
    await vote("q", -1);
    expect(await disagreement()).toBe(0);
    await vote("q", 1);
    expect(await disagreement()).toBeCloseTo(2 / 3);
    await vote("p", 1);
    expect(await disagreement()).toBeNull();
    await db().vote.deleteMany();
    await db().explanation.update({ where: { id: "q" }, data: { pinned: true } });
    expect(await disagreement()).toBeNull();
    await db().explanation.update({ where: { id: "q" }, data: { pinned: false } });
    await say("h", "a snout", "human");
    expect(await disagreement()).toBeNull();
    await vote("h", -1);
    expect(await disagreement()).toBeCloseTo(2 / 3);
  });

  it("leaves what was settled in its place in the queue, so that one can go on from it", async () => {
    const indices = [1, 2, 3];
    for (const index of indices)
      for (const [explainer, text] of [
        ["pipeline", "dog"],
        ["self", "sea"],
      ] as const)
        await db().explanation.create({
          data: {
            ...{ id: `${explainer}${index}`, saeId: sae, index, status: "explained", text, explainer },
            ...{ promptVersion: "1", evidence: {}, cost: {} },
          },
        });
    const settle = () => inPgTransaction((client) => settleLabels(client, sae, indices));
    await settle();
    const around = () => adjacentFeatures({ id: sae }, 2, { sort: "-disagreement", disagreement: ".01.." });
    expect(await around()).toEqual({ previous: 3, next: 1 });
    await db().explanation.update({ where: { id: "self2" }, data: { pinned: true } });
    await settle();
    expect(await around()).toEqual({ previous: 3, next: 1 });
  });

  it("forgets the kind with the label, and keeps it for the words of a person, who tell none", async () => {
    const say = (id: string, explainer: string, data: object) =>
      db().explanation.create({
        data: {
          ...{ id, saeId: sae, index: 7, status: "explained", text: "dancing", explainer, promptVersion: "1" },
          ...{ evidence: {}, cost: {}, ...data },
        },
      });
    const kind = async () => {
      await inPgTransaction((client) => settleLabels(client, sae, [7]));
      return (await db().feature.findUniqueOrThrow({ where: { saeId_index: { saeId: sae, index: 7 } } })).kind;
    };
    await say("kind-c", "captions", { kind: "activity" });
    expect(await kind()).toBe("activity");
    await say("kind-h", "human", { text: "a dance" });
    expect(await kind()).toBe("activity");
    await db().explanation.delete({ where: { id: "kind-h" } });
    await say("kind-p", "pipeline", { status: "declined", text: null });
    expect(await kind()).toBeNull();
  });

  it("counts a change of the feature only when something changed", async () => {
    const settle = () => inPgTransaction((client) => settleLabels(client, sae, [3]));
    const version = async () =>
      (await db().feature.findUniqueOrThrow({ where: { saeId_index: { saeId: sae, index: 3 } } })).version;
    await settle();
    expect(await version()).toBe(0);
    const row = { id: "x", saeId: sae, index: 3, status: "explained", text: "dog", explainer: "human" };
    await db().explanation.create({ data: { ...row, promptVersion: "1", evidence: {}, cost: {} } });
    await settle();
    await settle();
    expect(await version()).toBe(1);
  });
});
