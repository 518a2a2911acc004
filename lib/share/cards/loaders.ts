import "server-only";
import type { Metadata } from "next";
import { headers } from "next/headers";
import { createLog } from "@/lib/core/log";
import { cardAddress } from "./data";
import type { Card } from "./schema";

const log = createLog("cards");

/** Metadata of a page with its social card. A card that cannot be kept is no reason to show no page. */
export async function cardMetadata(card: Card, title: string, description: string): Promise<Metadata> {
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
