"""Small SAE files of other tools, and what they compute, by PyTorch itself and in each tool's own order of operations.

    python tests/golden/sae-formats/make.py        (torch, numpy, safetensors)

Each folder holds the files of one SAE and `expected.safetensors`: rows `x` [rows, d], their latents `z` [rows, n] and reconstruction
`xhat` [rows, d]. `z` is what the tool has, times `unit` [n]: the factor that brings it to raw units (norm of the decoder row, scale of the
rows), or 1 where nothing may be folded.
"""

import json
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

HERE = Path(__file__).parent
D, N, ROWS, K = 6, 24, 8, 5
g = torch.Generator().manual_seed(7)


def normal(*shape, scale=1.0):
    return torch.randn(*shape, generator=g) * scale


def unit_rows(m):
    return m / m.norm(dim=1, keepdim=True)


NORMS = torch.rand(N, generator=g) * 2.5 + 0.25
X = normal(ROWS, D, scale=2.0)
W, DEC, B, C = normal(N, D), unit_rows(normal(N, D)), normal(N, scale=0.5), normal(D)  # [n,d], [n,d] of length 1
THETA = torch.rand(N, generator=g)


def topk(p, k=K):
    value, index = p.topk(k, dim=-1)
    return torch.zeros_like(p).scatter(-1, index, value.relu())


def folder(name):
    path = HERE / name
    path.mkdir(exist_ok=True)
    return path


def expect(name, z, xhat, unit=None):
    unit = torch.ones(N) if unit is None else unit
    save_file({"x": X, "z": (z * unit).contiguous(), "xhat": xhat.contiguous()}, folder(name) / "expected.safetensors")


def saelens(name, cfg, tensors):
    path = folder(name)
    (path / "cfg.json").write_text(json.dumps(cfg, indent=1))
    save_file({key: value.contiguous() for key, value in tensors.items()}, path / "sae_weights.safetensors")


def cfg6(architecture, **more):
    meta = {"model_name": "tiny", "hook_name": "blocks.3.hook_resid_post", "sae_lens_version": "6.2.0"}
    base = {"d_in": D, "d_sae": N, "dtype": "float32", "device": "cpu", "architecture": architecture, "metadata": meta}
    return {**base, "apply_b_dec_to_input": True, "normalize_activations": "none", "reshape_activations": "none", **more}


def make_saelens():
    wide = DEC * NORMS[:, None]
    plain = {"W_enc": W.T, "b_enc": B, "W_dec": wide, "b_dec": C}
    p = (X - C) @ W.T + B

    z = p.relu()
    saelens("saelens-standard", cfg6("standard", odd_key=1), plain)
    expect("saelens-standard", z, z @ wide + C, NORMS)

    z = topk(p * NORMS) / NORMS
    saelens("saelens-topk-rescaled", cfg6("topk", k=K, rescale_acts_by_decoder_norm=True), plain)
    expect("saelens-topk-rescaled", z, z @ wide + C, NORMS)

    z = topk(p)
    saelens("saelens-topk", cfg6("topk", k=K, rescale_acts_by_decoder_norm=False), plain)
    expect("saelens-topk", z, z @ wide + C)

    equal = DEC * 4.0
    saelens("saelens-topk-equal", cfg6("topk", k=K), {**plain, "W_dec": equal})
    expect("saelens-topk-equal", z, z @ equal + C, torch.full((N,), 4.0))

    q = X @ W.T + B
    z = q.relu() * (q > THETA)
    saelens("saelens-jumprelu", cfg6("jumprelu", apply_b_dec_to_input=False), {**plain, "threshold": THETA})
    expect("saelens-jumprelu", z, z @ wide + C, NORMS)
    rate = (z > 0).float().mean(0)
    save_file({"sparsity": torch.log10(rate + 1e-10)}, folder("saelens-jumprelu") / "sparsity.safetensors")

    z = p.relu() * (p > THETA.double().mean())
    threshold = {"topk_threshold": THETA.double().mean()}
    saelens("saelens-batchtopk", cfg6("batchtopk", k=float(K)), {**plain, "W_dec": DEC, **threshold})
    expect("saelens-batchtopk", z, z @ DEC + C)

    r, bg, bm = normal(N, scale=0.3), normal(N), normal(N)
    y = (X - C) @ W.T
    z = ((y + bg) > 0) * ((X - C) @ (W * r.exp()[:, None]).T + bm).relu()
    gated = {"W_enc": W.T, "W_dec": wide, "b_dec": C, "b_gate": bg, "b_mag": bm, "r_mag": r}
    saelens("saelens-gated", cfg6("gated"), gated)
    expect("saelens-gated", z, z @ wide + C, NORMS)

    flat = {
        "architecture": "standard", "d_in": D, "d_sae": N, "dtype": "torch.float32", "device": "cpu", "model_name": "tiny",
        "hook_point": "blocks.2.hook_resid_pre", "hook_point_layer": 2, "activation_fn_str": "topk",
        "activation_fn_kwargs": {"k": K}, "normalize_activations": False, "prepend_bos": True, "context_size": 128,
    }
    z = topk(p)
    saelens("saelens-flat", flat, {**plain, "W_dec": DEC, "scaling_factor": torch.ones(N)})
    expect("saelens-flat", z, z @ DEC + C)

    mean, std = X.mean(-1, keepdim=True), X.std(-1, keepdim=True)
    norm = (X - mean) / (std + 1e-5)
    p = (norm - C) @ W.T + B
    z = p.relu() * (p > THETA)
    layer = cfg6("jumprelu", normalize_activations="layer_norm")
    saelens("saelens-layer-norm", layer, {**plain, "W_dec": DEC, "threshold": THETA})
    expect("saelens-layer-norm", z * (std + 1e-5), (z @ DEC + C) * (std + 1e-5) + mean)

    a = 0.4
    p = (X * a - C) @ W.T + B
    z = p.relu() * (p > THETA)
    averaged = cfg6("jumprelu", normalize_activations="expected_average_only_in")
    saelens("saelens-averaged", averaged, {**plain, "W_dec": DEC, "threshold": THETA})
    (folder("saelens-averaged") / "activation_scaler.json").write_text(json.dumps({"scaling_factor": a}))
    expect("saelens-averaged", z, (z @ DEC + C) / a, torch.full((N,), 1 / a))


def dictionary(name, dict_class, state, k=None, save=None):
    path = folder(name)
    trainer = {"dict_class": dict_class, "activation_dim": D, "dict_size": N, "k": k, "layer": 4, "lm_name": "tiny",
               "submodule_name": "resid_post_layer_4", "lr": float("nan")}
    (path / "config.json").write_text(json.dumps({"trainer": trainer, "buffer": {"d_submodule": D}}, indent=1))
    torch.save(save or state, path / "ae.pt")


def make_dictionary_learning():
    wide = DEC * NORMS[:, None]
    p = (X - C) @ W.T + B
    theta = torch.tensor(0.75)
    linear = {"encoder.weight": W, "encoder.bias": B, "decoder.weight": DEC.T.contiguous(), "b_dec": C}
    topk_state = {**linear, "k": torch.tensor(K, dtype=torch.int), "threshold": theta}

    dictionary("dl-topk", "AutoEncoderTopK", topk_state, K)
    expect("dl-topk", topk(p), topk(p) @ DEC + C)

    z = p.relu() * (p > theta)
    dictionary("dl-batchtopk", "BatchTopKSAE", topk_state, K)
    expect("dl-batchtopk", z, z @ DEC + C)

    dictionary("dl-batchtopk-unset", "BatchTopKSAE", {**topk_state, "threshold": torch.tensor(-1.0)}, K)

    # A backup as the trainer writes it in between: rows over 3, biases and threshold in those units.
    inner = {**topk_state, "encoder.bias": B / 3, "b_dec": C / 3, "threshold": theta / 3}
    optimiser = {"state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.zeros(4)}}, "param_groups": [{"lr": 1e-3, "betas": (0.9, 0.999)}]}
    backup = {"step": 2000, "ae": OrderedDict(inner), "optimizer": optimiser, "config": {"dict_class": "BatchTopKSAE", "k": K}, "norm_factor": 3.0}
    dictionary("dl-backup", "BatchTopKSAE", inner, K, save=backup)
    expect("dl-backup", z, z @ DEC + C)

    square = {"W_enc": W.T.contiguous(), "b_enc": B, "W_dec": DEC, "b_dec": C}
    groups = {"k": torch.tensor(K, dtype=torch.int), "threshold": theta, "group_sizes": torch.tensor([8, 16])}
    dictionary("dl-matryoshka", "MatryoshkaBatchTopKSAE", {**square, **groups}, K)
    expect("dl-matryoshka", z, z @ DEC + C)

    q = X @ W.T + B
    z = q.relu() * (q > THETA)
    dictionary("dl-jumprelu", "JumpReluAutoEncoder", {**square, "W_dec": wide, "threshold": THETA})
    expect("dl-jumprelu", z, z @ wide + C, NORMS)

    z = p.relu()
    dictionary("dl-standard", "AutoEncoder", {"bias": C, "encoder.weight": W, "encoder.bias": B, "decoder.weight": wide.T})
    expect("dl-standard", z, z @ wide + C, NORMS)

    z = q.relu()
    new = {"encoder.weight": W, "encoder.bias": B, "decoder.weight": DEC.T.contiguous(), "decoder.bias": C}
    dictionary("dl-new", "AutoEncoderNew", new)
    expect("dl-new", z, z @ DEC + C)

    r, bg, bm = normal(N, scale=0.3), normal(N), normal(N)
    y = (X - C) @ W.T
    z = ((y + bg) > 0) * (r.exp() * y + bm).relu()
    gated = {"encoder.weight": W, "decoder.weight": wide.T, "decoder_bias": C, "r_mag": r, "gate_bias": bg, "mag_bias": bm}
    dictionary("dl-gated", "GatedAutoEncoder", gated)
    expect("dl-gated", z, z @ wide + C, NORMS)


def make_openai():
    mean, std = X.mean(-1, keepdim=True), X.std(-1, keepdim=True)
    norm = (X - mean) / (std + 1e-5)
    counters = {"stats_last_nonzero": torch.zeros(N, dtype=torch.long), "latents_activation_frequency": torch.ones(N), "latents_mean_square": torch.ones(N)}
    state = {"pre_bias": C, "latent_bias": B, **counters, "encoder.weight": W}
    z = topk((norm - C) @ W.T + B)
    full = {**state, "decoder.weight": DEC.T, "activation": "TopK", "activation_state_dict": {"k": K, "postact_fn": "ReLU"}}
    torch.save(OrderedDict(full), folder("openai-topk") / "layer_4.pt")
    expect("openai-topk", z * (std + 1e-5), (z @ DEC + C) * (std + 1e-5) + mean)

    z = ((X - C) @ W.T + B).relu()
    torch.save({**state, "decoder.linear.weight": W, "activation": "ReLU"}, folder("openai-tied") / "layer_4.pt")
    expect("openai-tied", z, z @ W + C, W.norm(dim=1))


def make_gemma_scope():
    wide = DEC * NORMS[:, None]
    q = X @ W.T + B
    z = q.relu() * (q > THETA)
    arrays = {"W_enc": W.T, "W_dec": wide, "b_enc": B, "b_dec": C, "threshold": THETA}
    # W_enc in the order of Fortran, as NumPy writes what was transposed.
    np.savez(folder("gemma-scope") / "params.npz", **{key: value.numpy() for key, value in arrays.items()})
    expect("gemma-scope", z, z @ wide + C, NORMS)


class Unlisted:
    def __reduce__(self):
        return (print, ("this must never be executed",))


def make_torch():
    path = folder("torch")
    base = torch.arange(24, dtype=torch.float32)
    layer = torch.nn.Linear(3, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
        layer.bias.copy_(torch.tensor([0.5, -0.5]))
    state = layer.state_dict()  # an OrderedDict with _metadata
    state["transposed"] = base.view(4, 6).T
    state["part"] = base.view(4, 6)[1:3, 2:5]  # the same storage, with an offset
    state["every_other"] = base.view(4, 6)[:, ::2]
    state["repeated"] = torch.tensor([7.0, 8.0]).expand(2, 2)
    state["parameter"] = torch.nn.Parameter(torch.tensor([1.5, 2.5]))
    state["bfloat16"] = torch.tensor([1.0, -2.0, 3.140625], dtype=torch.bfloat16)
    state["float16"] = torch.tensor([0.1, 65504.0], dtype=torch.float16)
    state["float64"] = torch.tensor(0.25, dtype=torch.float64)
    state["int32"] = torch.tensor(-5, dtype=torch.int32)
    state["int64"] = torch.tensor([2**40, -1])
    state["empty"] = torch.zeros(0, 4)
    torch.save(state, path / "state.pt")
    torch.save({"w": torch.ones(2), "harm": Unlisted()}, path / "global.pt")
    torch.save({"w": torch.ones(2)}, path / "legacy.pt", _use_new_zipfile_serialization=False)
    with zipfile.ZipFile(path / "state.pt") as source, zipfile.ZipFile(path / "compressed.pt", "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))


if __name__ == "__main__":
    make_saelens()
    make_dictionary_learning()
    make_openai()
    make_gemma_scope()
    make_torch()
