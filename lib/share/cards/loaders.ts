import "server-only";
import type { Metadata } from "next";
import { headers } from "next/headers";
import { createLog } from "@/lib/core/log";
import type { Feature } from "@/lib/features/schema";
import type { List } from "@/lib/lists/schema";
import { getRunResult } from "@/lib/runs/data";
import type { Run } from "@/lib/runs/schema";
import { cardAddress } from "./data";
import { featureCard } from "./feature-card";
import { listCard } from "./list-card";
import { runCard } from "./run-card";
import type { Card } from "./schema";

const log = createLog("cards");

/** Metadata of a page with its social card. A card that cannot be kept is no reason to show no page. */
async function withCard(card: Card, title: string, description: string): Promise<Metadata> {
  const address = await cardAddress(card).catch((error: unknown) => {
    log.error("a social card was not kept", { error });
    return null;
  });
  if (!address) return { title, description };
  const url = `${await originOf()}${address}`;
  const image = { url, width: 1200, height: 630, alt: `${card.title}. ${card.facts.join(", ")}` };
  return {
    title,
    description,
    openGraph: { title, description, siteName: "Fovea", type: "website", images: [image] },
    twitter: { card: "summary_large_image", title, description, images: [image] },
  };
}

/** Cards are fetched by other sites, so their address is whole: as the request came, behind a proxy as it says. */
async function originOf(): Promise<string> {
  const head = await headers();
  const host = head.get("x-forwarded-host") ?? head.get("host") ?? "localhost";
  const local = /^(localhost|127\.|\[::1\])/.test(host);
  return `${head.get("x-forwarded-proto") ?? (local ? "http" : "https")}://${host}`;
}

export function featureMetadata(feature: Feature, title: string, description: string): Promise<Metadata> {
  return withCard(featureCard(feature), title, description);
}

export function listMetadata(list: Pick<List, "name" | "items" | "description">): Promise<Metadata> {
  return withCard(listCard(list), list.name, `${list.items.length} features: ${list.name}`);
}

export async function runMetadata(run: Run, title: string): Promise<Metadata> {
  const result = run.state === "done" ? await getRunResult(run.id) : null;
  const card = runCard(run, result);
  return withCard(card, title, [card.title, ...card.lines.map((l) => `${l.name}: ${l.text}`)].join(" · "));
}
