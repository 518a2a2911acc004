import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { Markdown } from "./markdown";

const html = (text: string) => renderToStaticMarkup(<Markdown text={text} />).replace(/ class="[^"]*"/g, "");

it("renders paragraphs, lists, bold, italic, code and links", () => {
  expect(html("**a** *b* `c`\n\n- x\n- [y](https://example.org/p?q=1)")).toBe(
    '<div><p><strong>a</strong> <em>b</em> <code>c</code></p><ul><li>x</li><li><a href="https://example.org/p?q=1" rel="noreferrer nofollow">y</a></li></ul></div>',
  );
});

it("lets nothing hostile through", () => {
  for (const text of [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "[x](data:text/html,<b>)",
    "[x](//evil.example)",
    '[x](https://ok.example" onclick="alert(1))',
    "`<b>`",
    "**<i>**",
  ]) {
    const out = html(text);
    expect(out).not.toMatch(/<(script|img|b|i)\b|href="(javascript|data|\/\/)|<[^>]+onclick/);
  }
});
