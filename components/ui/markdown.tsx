import type { ReactNode } from "react";

/**
 * A small part of Markdown as elements, never as HTML: paragraphs, lists, **bold**, *italic*, `code` and links to the web.
 * Everything else stays the text that it is.
 */
export function Markdown({ text }: { text: string }) {
  const blocks = text.replaceAll("\r\n", "\n").split(/\n{2,}/);
  return (
    <div className="flex flex-col gap-2 break-words text-sm">
      {blocks.map((block, i) => {
        const lines = block.split("\n").filter((line) => line.trim() !== "");
        if (lines.length > 0 && lines.every((line) => /^\s*[-*]\s+/.test(line))) {
          return (
            <ul key={i} className="list-disc pl-5">
              {lines.map((line, j) => (
                <li key={j}>{inline(line.replace(/^\s*[-*]\s+/, ""))}</li>
              ))}
            </ul>
          );
        }
        return (
          <p key={i} className="whitespace-pre-line">
            {inline(block)}
          </p>
        );
      })}
    </div>
  );
}

const INLINE = /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\*([^*\n]+)\*|\[([^\]\n]+)\]\(([^()\s]+)\)/g;

/** Text with its marks as elements. */
export function inline(text: string): ReactNode[] {
  const out: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    out.push(text.slice(at, match.index));
    at = match.index + match[0].length;
    const [all, code, bold, italic, words, address] = match;
    const key = match.index;
    if (code !== undefined)
      out.push(
        <code key={key} className="rounded bg-sunken px-1 font-mono text-xs">
          {code}
        </code>,
      );
    else if (bold !== undefined) out.push(<strong key={key}>{bold}</strong>);
    else if (italic !== undefined) out.push(<em key={key}>{italic}</em>);
    else if (words !== undefined && address !== undefined && isWeb(address))
      out.push(
        <a key={key} href={address} rel="noreferrer nofollow" className="text-accent underline underline-offset-2">
          {words}
        </a>,
      );
    else out.push(all);
  }
  out.push(text.slice(at));
  return out.filter((part) => part !== "");
}

/** Addresses that a note may lead to: the web, and pages of this server. */
function isWeb(address: string): boolean {
  return /^https?:\/\/[^\s]+$/i.test(address) || /^\/(?!\/)[^\s]*$/.test(address);
}
