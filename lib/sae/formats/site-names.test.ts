import { describe, expect, it } from "vitest";
import { hookOfSite, siteOfHook } from "./site-names";

describe("names of hooks", () => {
  it.each([
    ["model.layers.24", "layers.24.resid_post"],
    ["language_model.layers.24", "layers.24.resid_post"],
    ["blocks.7.hook_resid_post", "layers.7.resid_post"],
    ["blocks.7.hook_resid_pre", "layers.6.resid_post"],
    ["resid_post_layer_12", "layers.12.resid_post"],
    ["transformer.h.3", "layers.3.resid_post"],
    ["layers.4.resid_post", "layers.4.resid_post"],
    ["vision.layers.2.resid_post", "vision.layers.2.resid_post"],
    ["vision_tower.encoder.layers.2", "vision.layers.2.resid_post"],
    ["blocks.0.hook_resid_pre", undefined],
    ["blocks.7.attn.hook_z", undefined],
    ["blocks.7.hook_mlp_out", undefined],
    ["model.layers.3.self_attn.o_proj", undefined],
    ["hook_embed", undefined],
  ])("%s is the site %s", (hook, site) => {
    expect(siteOfHook(hook)).toBe(site);
  });

  it("come back from what is written for a site", () => {
    for (const site of ["layers.0.resid_post", "layers.31.resid_post", "vision.layers.2.resid_post"]) {
      expect(siteOfHook(hookOfSite(site))).toBe(site);
    }
  });
});
