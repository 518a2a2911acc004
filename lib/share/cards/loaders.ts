import "server-only";
import type { Metadata } from "next";
import { headers } from "next/headers";
import { hashOf } from "@/lib/core/hash";
import type { Card } from "./types";

/**
 * Metadata of a page with its social card, which is drawn when somebody first asks for it.
 * @param path of the card below /i/cards: `feature/<ref>`, `run/<id>`, `list/<id>`.
 */
export async function cardMetadata(card: Card, path: string, title: string, description: string): Promise<Metadata> {
  // Cards may be kept for ever by whoever has one: another content is another address.
  const url = `${await originOf()}/i/cards/${path}.png?v=${hashOf(card).slice(0, 12)}`;
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
