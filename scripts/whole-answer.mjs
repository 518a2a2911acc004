// Pages and small answers are compressed once, when they are whole. The framework compresses as it renders, and flushes
// the compressor after each of dozens of parts, which costs more than rendering them (docs/decisions/0011).
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Pages, features and search. Everything else may be long, may stream, or is compressed already. */
const WHOLE = /^\/(?!_next\/|api\/|i\/|v1\/|[^?]*\.\w+(?:\?|$))|^\/api\/v1\/(?:features|search)\b/;
const COMPRESSIBLE = /^(?:text\/|application\/json)/;
/** Below it the headers weigh more. */
const LEAST_BYTES = 1000;

/**
 * @typedef {import("node:http").IncomingMessage} Request
 * @typedef {import("node:http").ServerResponse} Response
 */

/**
 * The best compression that a client takes. Browsers offer brotli where the page came by https or from this machine.
 * @param {import("node:http").IncomingHttpHeaders} headers
 * @returns {"br" | "gzip" | "identity"}
 */
export function acceptedEncoding(headers) {
  const accepted = String(headers["accept-encoding"] ?? "");
  for (const encoding of /** @type {const} */ (["br", "gzip"])) {
    if (new RegExp(`\\b${encoding}\\b(?!\\s*;\\s*q=0(?:\\.0*)?(?:,|\\s|$))`).test(accepted)) return encoding;
  }
  return "identity";
}

/** @param {Buffer} body @param {"br" | "gzip"} encoding */
const compress = (body, encoding) =>
  encoding === "br"
    ? brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } })
    : gzipSync(body, { level: 5 });

/**
 * Lets an answer be written to memory and sends it in one piece. An answer that streams, or that is none of those meant
 * here, is left to the framework.
 * @param {Request} request @param {Response} response @param {() => unknown} render
 * @param {(body: Buffer) => void} sent is told what was sent
 */
export function sendWhole(request, response, render, sent = () => {}) {
  if (request.method !== "GET" || !WHOLE.test(request.url ?? "")) return render();
  const encoding = acceptedEncoding(request.headers);
  // What is compressed here must not have been compressed before.
  delete request.headers["accept-encoding"];
  /** @type {Buffer[]} */
  const parts = [];
  const { write, end, flushHeaders, writeHead } = response;
  const own = { write, end, flushHeaders, writeHead };
  /** @param {unknown[]} args of write and end: part, encoding, callback, of which any may be missing */
  const take = ([part, encoding]) => {
    if (part === undefined || part === null || typeof part === "function") return;
    const text = typeof encoding === "string" ? /** @type {BufferEncoding} */ (encoding) : "utf8";
    parts.push(typeof part === "string" ? Buffer.from(part, text) : Buffer.from(/** @type {Uint8Array} */ (part)));
  };
  /** @param {unknown[]} args */
  const told = (args) => /** @type {(() => void) | undefined} */ (args.find((arg) => typeof arg === "function"));
  const streams = () => String(response.getHeader("content-type")).startsWith("text/event-stream");

  // Headers wait for the end, whoever wants to send them: the framework's compressor does before the first part.
  /** @param {number} status @param {unknown[]} rest */
  const laterHead = (status, ...rest) => {
    if (streams()) return Reflect.apply(own.writeHead, response, [status, ...rest]);
    response.statusCode = status;
    const headers = rest.find((part) => part !== null && typeof part === "object");
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, /** @type {string} */ (value));
    return response;
  };
  response.flushHeaders = () => {
    if (streams()) Reflect.apply(own.flushHeaders, response, []);
  };
  /** @param {unknown[]} args */
  const laterWrite = (...args) => {
    if (streams()) return Reflect.apply(own.write, response, args);
    take(args);
    const done = told(args);
    if (done) process.nextTick(done);
    return true;
  };
  /** @param {unknown[]} args */
  const laterEnd = (...args) => {
    Object.assign(response, own);
    if (streams() || response.headersSent) return Reflect.apply(own.end, response, args);
    take(args);
    let body = Buffer.concat(parts);
    const type = String(response.getHeader("content-type"));
    if (COMPRESSIBLE.test(type) && !response.hasHeader("content-encoding")) {
      vary(response);
      if (encoding !== "identity" && body.length >= LEAST_BYTES) {
        body = compress(body, encoding);
        response.setHeader("content-encoding", encoding);
      }
    }
    if (response.statusCode !== 304 && response.statusCode !== 204) response.setHeader("content-length", body.length);
    response.end(body, told(args));
    sent(body);
    return response;
  };
  response.writeHead = /** @type {Response["writeHead"]} */ (laterHead);
  response.write = /** @type {Response["write"]} */ (laterWrite);
  response.end = /** @type {Response["end"]} */ (laterEnd);
  return render();
}

/** @param {Response} response */
function vary(response) {
  const before = response.getHeader("vary");
  const names = before === undefined ? "" : String(before);
  if (!/accept-encoding/i.test(names))
    response.setHeader("vary", names ? `${names}, Accept-Encoding` : "Accept-Encoding");
}
