/**
 * Sets the theme's class before the first paint and whenever the choice or the system changes. Inline, because any
 * file would come too late; 40 lines of a library (next-themes) less in the first load.
 */
const SCRIPT = `(()=>{const m=matchMedia("(prefers-color-scheme: dark)"),f=()=>{let t;try{t=localStorage.getItem("theme")}catch{}document.documentElement.classList.toggle("dark",t?t==="dark":m.matches)};f();m.addEventListener("change",f);addEventListener("storage",f)})()`;

export function ThemeScript() {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of this file, no input reaches it
  return <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />;
}
