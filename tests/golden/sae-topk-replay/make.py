"""Reference for the TopK trainer: 120 optimiser steps in PyTorch float64 with autograd.

Semantics of the TopK trainer of saprmarks/dictionary_learning, written anew: ReLU before the selection, a latent fires
when its index is selected, AuxK on the detached residual without decoder bias, projection of the decoder gradient,
global clip, Adam, unit-norm decoder rows, warm-up t / T_w (first rate 0), constant, linear decay; decoder bias starts at
the geometric median of the first batch (no floor on distances).

    python make.py        # writes replay.safetensors beside this file; needs torch and safetensors
"""

from pathlib import Path

import torch
from safetensors.torch import save_file

D, N, K, BATCH, STEPS = 16, 96, 4, 32, 120
WARMUP, DECAY_START, LR, ALPHA, DEAD_ROWS, CLIP = 12, 96, 4e-3, 1 / 32, 160, 0.1
torch.manual_seed(7)
torch.set_default_dtype(torch.float64)


def single(x):
    """Rounded to float32, so that both sides start from the same numbers."""
    return x.float().double()


def top(values, k):
    """Top-k where ties go to the lower index: the plain call leaves their order open, and zeros tie after the ReLU."""
    ordered, where = values.sort(dim=-1, descending=True, stable=True)
    return ordered[:, :k], where[:, :k]


def make_batches():
    directions = torch.randn(40, D)
    directions /= directions.norm(dim=1, keepdim=True)
    strength = torch.rand(STEPS, BATCH, 40) * (torch.rand(STEPS, BATCH, 40) < 0.08)
    rows = strength @ directions + 0.05 * torch.randn(STEPS, BATCH, D) + 0.6 * torch.randn(D)
    return single(rows / rows.pow(2).sum(-1).mean().sqrt())


def geometric_median(rows):
    guess = rows.mean(0)
    for _ in range(100):
        weights = 1 / (rows - guess).norm(dim=1)
        new = (weights[:, None] * rows).sum(0) / weights.sum()
        done = (new - guess).norm() < 1e-5
        guess = new
        if done:
            break
    return guess


def rate(step):
    if step < WARMUP:
        return LR * step / WARMUP
    return LR * (STEPS - step) / (STEPS - DECAY_START) if step >= DECAY_START else LR


def auxk(residual, post, dec, dead):
    k_aux = min(D // 2, int(dead.sum()))
    values, where = top(torch.where(dead[None], post, -torch.inf), k_aux)
    e_hat = torch.zeros_like(post).scatter(-1, where, values) @ dec
    spread = (residual - residual.mean(0)).pow(2).sum(-1).mean()
    return ((residual - e_hat).pow(2).sum(-1).mean() / spread).nan_to_num(0.0)


def main():
    batches = make_batches()
    init = torch.randn(N, D)
    init = single(init / init.norm(dim=1, keepdim=True))
    enc, dec = init.clone().requires_grad_(), init.clone().requires_grad_()
    bias, b_dec = torch.zeros(N, requires_grad=True), geometric_median(batches[0]).requires_grad_()
    center = b_dec.detach().clone()
    parameters = [enc, bias, dec, b_dec]
    adam = torch.optim.Adam(parameters, lr=LR, betas=(0.9, 0.999), eps=1e-8)
    age = torch.zeros(N, dtype=torch.long)
    log = {"loss": [], "l2": [], "aux": [], "dead": [], "norm": []}
    for step in range(STEPS):
        x = batches[step]
        post = torch.relu((x - b_dec) @ enc.T + bias)
        values, where = top(post, K)
        x_hat = torch.zeros_like(post).scatter(-1, where, values) @ dec + b_dec
        age += BATCH
        age[where.flatten().unique()] = 0
        dead = age >= DEAD_ROWS
        l2 = (x - x_hat).pow(2).sum(-1).mean()
        aux = auxk((x - x_hat).detach(), post, dec, dead) if dead.any() else torch.zeros(())
        loss = l2 + ALPHA * aux
        adam.zero_grad()
        loss.backward()
        with torch.no_grad():
            unit = dec / (dec.norm(dim=1, keepdim=True) + 1e-6)
            dec.grad -= (dec.grad * unit).sum(1, keepdim=True) * unit
        norm = torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        adam.param_groups[0]["lr"] = rate(step)
        adam.step()
        with torch.no_grad():
            dec /= dec.norm(dim=1, keepdim=True) + torch.finfo(dec.dtype).eps
        for name, value in zip(log, (loss, l2, aux, dead.sum(), norm)):
            log[name].append(float(value.detach()))
    out = {name: torch.tensor(values) for name, values in log.items()}
    out |= {"batches": batches.float(), "init": init.float(), "center": center}
    out |= {"W": enc.detach(), "beta": bias.detach(), "D": dec.detach(), "c": b_dec.detach()}
    save_file(out, Path(__file__).with_name("replay.safetensors"))
    print("loss", log["loss"][0], log["loss"][-1], "dead", log["dead"][::10], "norm", [round(v, 2) for v in log["norm"][::10]])


main()
