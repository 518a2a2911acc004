import { LABELS_IN } from "./labels-in";

/**
 * Shows labels in the reader's language before the first paint and whenever the choice changes. The rule is made here, because
 * no sheet can list all languages; it is adopted, so that the document stays as the server sent it.
 */
const SCRIPT = `(()=>{const s=new CSSStyleSheet(),f=()=>{let l="";try{l=localStorage.getItem("${LABELS_IN}")||""}catch{}const t='.label-translated[lang="'+l+'"]';s.replaceSync(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(l)&&l!=="en"?t+"{display:inline}"+t+"~.label-english{display:none}"+t+"~.label-below{display:block;font-size:.62em;line-height:1.5;font-weight:400;color:var(--ink-soft)}":"")};document.adoptedStyleSheets=[...document.adoptedStyleSheets,s];f();addEventListener("storage",f)})()`;

export function LabelsScript() {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of this file, no input reaches it
  return <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />;
}
