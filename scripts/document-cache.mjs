// Pages of features are documents that change only when the database does: a rendered one is kept, and sent again until
// the database tells of a change. docs/decisions/0010.
import { createHash } from "node:crypto";
import { acceptedEncoding, sendWhole } from "./whole-answer.mjs";

/** `/{model}/{sae}/{index}`, with or without a query. */
const FEATURE = /^\/[a-z0-9][a-z0-9._-]*\/[a-z0-9][a-z0-9._-]*\/\d{1,9}(?:\?|$)/;
/** Headers that belong to one answer, not to the document. */
const OF_ONE_ANSWER = new Set(["connection", "content-length", "date", "keep-alive", "transfer-encoding"]);

/**
 * @typedef {{ status: number, headers: Record<string, number | string | string[]>, body: Buffer, etag: string, until: number }} Kept
 * @typedef {import("node:http").IncomingMessage} Request
 * @typedef {import("node:http").ServerResponse} Response
 */

export class DocumentCache {
  /** @type {Map<string, Kept>} oldest use first */
  #kept = new Map();
  #bytes = 0;
  #generation = 0;
  #open = false;

  /** @param {{ mostBytes?: number, keepMs?: number, now?: () => number }} options size, and how long a document is kept at most. */
  constructor({ mostBytes = 64e6, keepMs = 600_000, now = Date.now } = {}) {
    this.mostBytes = mostBytes;
    this.keepMs = keepMs;
    this.now = now;
  }

  /** Something changed: nothing kept is true any more, nor is what is being rendered. Documents are kept only while changes are heard of. @param {boolean} open */
  listen(open) {
    this.#kept.clear();
    this.#bytes = 0;
    this.#generation++;
    this.#open = open;
  }

  /** Sends a kept document, or lets it be rendered and keeps it. @param {Request} request @param {Response} response @param {() => unknown} render */
  serve(request, response, render) {
    const key = this.#open ? keyOf(request) : undefined;
    const kept = key === undefined ? undefined : this.#kept.get(key);
    if (key === undefined || !kept || kept.until < this.now()) {
      const generation = this.#generation;
      return sendWhole(request, response, render, (body) => {
        if (key !== undefined && generation === this.#generation) this.#keep(key, response, body);
      });
    }
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    response.setHeader("etag", kept.etag);
    response.setHeader("cache-control", "private, no-cache");
    if (request.headers["if-none-match"] === kept.etag) {
      response.writeHead(304).end();
      return;
    }
    for (const [name, value] of Object.entries(kept.headers)) response.setHeader(name, value);
    response.setHeader("content-length", kept.body.length);
    response.writeHead(kept.status).end(kept.body);
  }

  /** @param {string} key @param {Response} response @param {Buffer} body as it was sent */
  #keep(key, response, body) {
    if (response.statusCode !== 200 || !String(response.getHeader("content-type")).startsWith("text/html")) return;
    const headers = Object.fromEntries(
      Object.entries(response.getHeaders()).filter(([name, value]) => value !== undefined && !OF_ONE_ANSWER.has(name)),
    );
    delete headers["cache-control"];
    const etag = `W/"${createHash("sha256").update(body).digest("hex").slice(0, 20)}"`;
    this.#drop(key);
    this.#kept.set(key, {
      ...{ status: response.statusCode, body, etag, until: this.now() + this.keepMs },
      headers: /** @type {Kept["headers"]} */ (headers),
    });
    this.#bytes += body.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.mostBytes) break;
      this.#drop(oldest);
    }
  }

  /** @param {string} key */
  #drop(key) {
    this.#bytes -= this.#kept.get(key)?.body.length ?? 0;
    this.#kept.delete(key);
  }
}

/**
 * All that a document depends on besides the database, or undefined for what is not kept: other pages, and what the
 * router fetches while somebody walks through the app.
 * @param {Request} request
 */
function keyOf({ method, url = "", headers }) {
  if (method !== "GET" || !FEATURE.test(url) || "rsc" in headers || /[?&]_rsc=/.test(url)) return undefined;
  return [acceptedEncoding(headers), headers["x-forwarded-proto"], headers["x-forwarded-host"], headers.host, url].join(
    " ",
  );
}
