const BLOCK = /(?:^|[._])(?:layers|blocks|h|layer)[._](\d+)(?:$|[._])/;

/**
 * The site that a hook of another tool names, by the number of its block, since names of modules differ between versions of a model:
 * `model.layers.24`, `language_model.layers.24`, `blocks.24.hook_resid_post`, `resid_post_layer_24`. Undefined for places inside of
 * blocks (attention, MLP) and for names that say no block.
 */
export function siteOfHook(hook: string): string | undefined {
  if (/^(vision\.)?layers\.\d+\.resid_post$/.test(hook)) return hook;
  const number = BLOCK.exec(hook)?.[1];
  if (number === undefined || /attn|attention|mlp|hook_z|resid_mid|ln\d|norm/.test(hook)) return undefined;
  const tower = /vision|visual|vit\b/.test(hook) ? "vision." : "";
  // What goes into a block is what the block before gave.
  const block = Number(number) - (/resid_pre/.test(hook) ? 1 : 0);
  return block >= 0 ? `${tower}layers.${block}.resid_post` : undefined;
}

/** TransformerLens' name of a site of a decoder, as SAELens writes it; other sites keep their own. */
export function hookOfSite(site: string): string {
  const block = /^layers\.(\d+)\.resid_post$/.exec(site)?.[1];
  return block === undefined ? site : `blocks.${block}.hook_resid_post`;
}
