"""References for the SAE trainers: 120 optimiser steps each in PyTorch float64 with autograd, from the same rows and start.

Order of a step, AuxK, clip, schedule and unit norm are those of the trainers of saprmarks/dictionary_learning, written anew:
ReLU before the selection, AuxK on the detached residual without decoder bias, projection of the decoder gradient, global clip,
Adam, unit-norm decoder rows, warm-up t / T_w (first rate 0), constant, linear decay; decoder bias starts at the geometric
median of the first batch (no floor on distances). By architecture:

topk        the k largest of a row; a latent fires when its index is selected, in the others when its activation is positive
multi_topk  topk plus 1/8 of the loss with 4 k latents (Gao et al. 2024, A.4)
batch_topk  the k rows largest of the batch; running threshold
matryoshka  batch_topk whose loss is the mean over four prefixes (weights applied once)
jumprelu    straight-through thresholds, kernel on the pre-activations; Adam with beta1 = 0, no AuxK, penalty warmed up
transcoder  topk towards another activation (here the row's own values moved on by one place): c is not taken off the input
relu_l1     lambda sum z |d|, free decoder norms, no AuxK

    python make.py        # writes *.safetensors beside this file; needs torch and safetensors
"""

from pathlib import Path

import torch
from safetensors.torch import save_file

D, N, K, BATCH, STEPS = 16, 96, 4, 32, 120
WARMUP, DECAY_START, LR, ALPHA, DEAD_ROWS, CLIP = 12, 96, 4e-3, 1 / 32, 160, 0.1
PREFIXES = [6, 18, 42, 96]
THETA_START, THETA_DECAY = 20, 0.999
BANDWIDTH, THETA0, L0_PENALTY, L1_PENALTY, SETTLE = 0.05, 0.02, 0.05, 0.02, 30
torch.manual_seed(7)
torch.set_default_dtype(torch.float64)


def single(x):
    """Rounded to float32, so that both sides start from the same numbers."""
    return x.float().double()


def top(values, k):
    """Top-k where ties go to the lower index: the plain call leaves their order open, and zeros tie after the ReLU."""
    ordered, where = values.sort(dim=-1, descending=True, stable=True)
    return ordered[..., :k], where[..., :k]


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


class Jump(torch.autograd.Function):
    """z = p [p > theta]; the step's gradient to theta goes through a rectangular kernel on p."""

    @staticmethod
    def forward(ctx, p, theta):
        ctx.save_for_backward(p, theta)
        return p * (p > theta)

    @staticmethod
    def backward(ctx, g):
        p, theta = ctx.saved_tensors
        near = (((p - theta) / BANDWIDTH).abs() < 0.5).double()
        return g * (p > theta), (-(theta / BANDWIDTH) * near * g).sum(0)


class Step(torch.autograd.Function):
    """[p > theta], for counting; gradient to theta alone."""

    @staticmethod
    def forward(ctx, p, theta):
        ctx.save_for_backward(p, theta)
        return (p > theta).double()

    @staticmethod
    def backward(ctx, g):
        p, theta = ctx.saved_tensors
        near = (((p - theta) / BANDWIDTH).abs() < 0.5).double()
        return None, (-(1 / BANDWIDTH) * near * g).sum(0)


def select_batch(post):
    values, where = top(post.flatten(), K * BATCH)
    return torch.zeros_like(post.flatten()).scatter(0, where, values).view_as(post)


def run(kind, batches, init):
    enc, dec = init.clone().requires_grad_(), init.clone().requires_grad_()
    bias, b_dec = torch.zeros(N, requires_grad=True), geometric_median(batches[0]).requires_grad_()
    parameters = [enc, bias, dec, b_dec]
    thresholds = torch.full((N,), THETA0, requires_grad=True)
    if kind == "jumprelu":
        parameters.append(thresholds)
    adam = torch.optim.Adam(parameters, lr=LR, betas=(0.0 if kind == "jumprelu" else 0.9, 0.999), eps=1e-8)
    age = torch.zeros(N, dtype=torch.long)
    theta = -1.0
    log = {"loss": [], "aux": [], "dead": [], "norm": [], "active": []}
    for step in range(STEPS):
        x = batches[step]
        pre = (x if kind == "transcoder" else x - b_dec) @ enc.T + bias
        if kind == "transcoder":
            x = x.roll(1, dims=-1)
        post = torch.relu(pre)
        penalty = torch.zeros(())
        settled = min(1, (step + 1) / SETTLE)
        if kind in ("topk", "multi_topk", "transcoder"):
            values, where = top(post, K)
            z = torch.zeros_like(post).scatter(-1, where, values)
            fired = where.flatten().unique()
        elif kind in ("batch_topk", "matryoshka"):
            z = select_batch(post)
            fired = (z > 0).any(0)
            if step >= THETA_START and (z > 0).any():
                smallest = float(z[z > 0].min().detach())
                theta = smallest if theta < 0 else THETA_DECAY * theta + (1 - THETA_DECAY) * smallest
        elif kind == "jumprelu":
            z = Jump.apply(pre, thresholds)
            l0 = Step.apply(pre, thresholds).sum(-1).mean()
            penalty = L0_PENALTY * settled * (l0 / K - 1) ** 2
            fired = (z > 0).any(0)
        else:
            z = post
            penalty = L1_PENALTY * settled * (z * dec.norm(dim=1)).sum(-1).mean()
            fired = (z > 0).any(0)
        x_hat = z @ dec + b_dec
        l2 = (x - x_hat).pow(2).sum(-1).mean()
        if kind == "multi_topk":
            values, where = top(post, 4 * K)
            more = torch.zeros_like(post).scatter(-1, where, values) @ dec + b_dec
            l2 = l2 + (x - more).pow(2).sum(-1).mean() / 8
        if kind == "matryoshka":
            errors = [(x - z[:, :end] @ dec[:end] - b_dec).pow(2).sum(-1).mean() for end in PREFIXES]
            l2 = sum(errors) / len(errors)
        age += BATCH
        age[fired] = 0
        dead = age >= DEAD_ROWS
        with_aux = kind not in ("jumprelu", "relu_l1") and bool(dead.any())
        aux = auxk((x - x_hat).detach(), post, dec, dead) if with_aux else torch.zeros(())
        loss = l2 + ALPHA * aux + penalty
        adam.zero_grad()
        loss.backward()
        if kind != "relu_l1":
            with torch.no_grad():
                unit = dec / (dec.norm(dim=1, keepdim=True) + 1e-6)
                dec.grad -= (dec.grad * unit).sum(1, keepdim=True) * unit
        norm = torch.nn.utils.clip_grad_norm_(parameters, CLIP)
        adam.param_groups[0]["lr"] = rate(step)
        adam.step()
        with torch.no_grad():
            if kind != "relu_l1":
                dec /= dec.norm(dim=1, keepdim=True) + torch.finfo(dec.dtype).eps
            thresholds.clamp_(min=0)
        for name, value in zip(log, (loss, aux, dead.sum(), norm, (z > 0).sum())):
            log[name].append(float(value.detach()))
    out = {name: torch.tensor(values) for name, values in log.items()}
    out |= {"W": enc.detach(), "beta": bias.detach(), "D": dec.detach(), "c": b_dec.detach()}
    out |= {"theta": torch.tensor([theta]), "thresholds": thresholds.detach()}
    save_file(out, Path(__file__).with_name(f"{kind}.safetensors"))
    print(kind, "loss", log["loss"][0], log["loss"][-1], "dead", log["dead"][::15], "norm", [round(v, 2) for v in log["norm"][::15]],
          "active", log["active"][::20], "theta", theta)


def main():
    batches = make_batches()
    init = torch.randn(N, D)
    init = single(init / init.norm(dim=1, keepdim=True))
    center = geometric_median(batches[0])
    save_file({"batches": batches.float(), "init": init.float(), "center": center}, Path(__file__).with_name("start.safetensors"))
    for kind in ("topk", "multi_topk", "batch_topk", "matryoshka", "jumprelu", "relu_l1", "transcoder"):
        run(kind, batches, init)


main()
