"""Trains tiny-llava-emoji from scratch on scenes streamed from the product's own generator.

    python train.py --out <folder> --tower-minutes 12 --minutes 70

Stage 1 trains the vision tower alone: every patch says what covers it, and the colour and pattern of its background.
Stage 2 trains everything on many questions a scene in one sequence. Image tokens inside the decoder keep saying what they
show: after block EMBED_BLOCK through the word embedding (so that a word can find its place in the picture), after block
CLASS_BLOCK through a linear head (so that a sparse autoencoder can find concepts there); attention heads learn to look
where the word just read is shown, where the word to say next is, and at the thing asked for. The read-outs are not part of
the exported model.
Checkpoints are written every few minutes and at SIGTERM; a second start resumes from the last.
"""
import argparse, json, os, queue, random, re, signal, struct, subprocess, threading, time
from collections import Counter
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from from_onnx import weights_of
from transformers import LlamaConfig, LlavaConfig, LlavaForConditionalGeneration, SiglipVisionConfig

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
GRID, SIDE = 14, 112
PIXELS = SIDE * SIDE * 3
EMBED_BLOCK, CLASS_BLOCK = 1, 3  # 0-based decoder blocks after which the heads read
# Block and head that learns to look where the word just read is shown, where the word to say next is, and at the thing asked for.
OWN_LOOK, NEXT_LOOK, ASKED_LOOK = (2, 0), (3, 0), (3, 2)
APART = 0.75  # share of scenes whose questions do not see each other
SPECIAL = ["<pad>", "<s>", "</s>", "<unk>", "<image>", "<user>", "<assistant>"]
PAD, BOS, EOS, UNK, IMAGE, USER, ASSISTANT = range(7)


def build_tokenizer(corpus, path, vocab=2048):
    tok = Tokenizer(models.BPE(unk_token="<unk>"))
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=vocab, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tok.train_from_iterator(corpus, trainer)
    tok.save(str(path))
    return tok


def config(vocab):
    vision = SiglipVisionConfig(hidden_size=192, intermediate_size=768, num_hidden_layers=4, num_attention_heads=3, image_size=SIDE,
                                patch_size=8, vision_use_head=False, hidden_act="relu")
    text = LlamaConfig(vocab_size=vocab, hidden_size=256, intermediate_size=704, num_hidden_layers=6, num_attention_heads=4,
                       num_key_value_heads=2, max_position_embeddings=1024, tie_word_embeddings=True, bos_token_id=BOS, eos_token_id=EOS, pad_token_id=PAD)
    return LlavaConfig(vision_config=vision, text_config=text, image_token_index=IMAGE, image_token_id=IMAGE, vision_feature_select_strategy="full",
                       vision_feature_layer=-1, image_seq_length=GRID * GRID, projector_hidden_act="gelu", tie_word_embeddings=True)


class Heads(nn.Module):
    """Read-outs that supervise patches; thrown away after training."""

    def __init__(self, classes, colors, textures, width):
        super().__init__()
        self.cls, self.color, self.texture, self.letter = (nn.Linear(width, n) for n in (classes, colors, textures, 27))


def sincos(grid, width):
    """Fixed two-dimensional sine-cosine positions (MAE, He et al. 2022) to start from: patches know their neighbours at once."""
    freq = 1 / 100 ** (torch.arange(width // 4) / (width // 4))
    at = torch.arange(grid)[:, None] * freq
    one = torch.cat([at.sin(), at.cos()], 1)
    return torch.cat([one[:, None].expand(-1, grid, -1), one[None].expand(grid, -1, -1)], -1).reshape(grid * grid, width)


def rms(x):
    return x * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + 1e-6).to(x.dtype)


class Stream(threading.Thread):
    """Reads scenes from the generator process and turns them into tensors."""

    def __init__(self, cache, first, tok, word_of_class, written, batch, text_len, crowded=False):
        super().__init__(daemon=True)
        self.args = ["npx", "tsx", str(HERE / "stream.ts"), str(cache), str(first), "0"] + ["crowded"] * crowded
        self.tok, self.word_of_class, self.written, self.batch, self.text_len = tok, word_of_class, written, batch, text_len
        self.out = queue.Queue(maxsize=6)
        self.proc = subprocess.Popen(self.args, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, bufsize=1 << 20)
        self.next_seed = first
        self.start()

    def record(self):
        read = self.proc.stdout.read
        (n,) = struct.unpack("<I", read(4))
        head = json.loads(read(n))
        pixels = torch.frombuffer(bytearray(read(PIXELS)), dtype=torch.uint8).view(SIDE, SIDE, 3)
        classes = torch.frombuffer(bytearray(read(GRID * GRID * 2)), dtype=torch.int16).long()
        letters = torch.frombuffer(bytearray(read(GRID * GRID)), dtype=torch.uint8).long()
        return head, pixels, classes, letters

    def encode(self, turns, length, all_scored, start, apart=False):
        """Turns in one row of at most `length` tokens as ids, targets, segments and positions; answers are scored, in pure
        texts questions too. With `apart` each turn sees the picture and itself only, at the positions of a first turn, so
        that no answer can be copied from an earlier one; otherwise the row is one conversation."""
        ids, target, segment, position = list(start), [-100] * len(start), [1] * len(start), list(range(len(start)))
        ids_of = lambda s: self.tok.encode(s, add_special_tokens=False).ids
        if apart:
            ids, target, segment, position = [USER], [-100], [0], [0]
        for k, (q, a, *_) in enumerate(turns, 1):
            qi, ai = ids_of(q), ids_of(a)
            new = [USER] * (not apart) + qi + [ASSISTANT] + ai + [EOS]
            if len(ids) + len(new) > length:
                break
            first = 1 if apart else len(ids)
            ids += new
            segment += [k if apart else 1] * len(new)
            position += range(first, first + len(new))
            target += [-100] * (not apart) + (qi if all_scored else [-100] * len(qi)) + [-100] + ai + [EOS]
        pad = length - len(ids)
        return ids + [PAD] * pad, target + [-100] * pad, segment + [-1] * pad, position + [0] * pad

    def run(self):
        while True:
            rows = [self.record() for _ in range(self.batch)]
            self.next_seed = rows[-1][0]["seed"] + 1
            toks = [self.encode(h["turns"], self.text_len, False, [], random.random() < APART) for h, *_ in rows]
            texts = [self.encode(t, 56, True, [BOS]) for h, *_ in rows for t in h["texts"][:1]]
            classes = torch.stack([r[2] for r in rows])
            self.out.put(dict(
                offset=random.randrange(8),
                pixels=torch.stack([r[1] for r in rows]), letters=torch.stack([r[3] for r in rows]), classes=classes, words=self.word_of_class[classes], written=self.written[classes],
                color=torch.tensor([h["color"] for h, *_ in rows]), texture=torch.tensor([h["texture"] for h, *_ in rows]),
                ids=torch.tensor([t[0] for t in toks]), target=torch.tensor([t[1] for t in toks]),
                segment=torch.tensor([t[2] for t in toks]), position=torch.tensor([t[3] for t in toks]),
                text_segment=torch.tensor([t[2] for t in texts]), text_position=torch.tensor([t[3] for t in texts]),
                text_ids=torch.tensor([t[0] for t in texts]), text_target=torch.tensor([t[1] for t in texts])))


def augment(pixels, dtype):
    """uint8 [B,S,S,3] -> normalised [B,3,S,S]: gamma, contrast, channel gain, blur and noise, none of which changes a colour's name."""
    x = pixels.permute(0, 3, 1, 2).float() / 255
    b = x.shape[0]
    u = lambda lo, hi, c=1: torch.empty(b, c, 1, 1).uniform_(lo, hi)
    x = (x * u(0.85, 1.15) * u(0.93, 1.07, 3) + u(-0.06, 0.06)).clamp_(0, 1)
    blur = torch.rand(b) < 0.2
    if blur.any():
        x[blur] = F.avg_pool2d(F.pad(x[blur], (1, 1, 1, 1), mode="replicate"), 3, 1)
    noisy = torch.rand(b) < 0.25
    if noisy.any():
        x[noisy] += torch.randn_like(x[noisy]) * 0.05
    return ((x - 0.5) / 0.5).to(dtype)


@torch.no_grad()
def orthogonal(g):
    """Newton-Schulz iteration of each matrix of g [k,r,c] towards the nearest orthogonal one (Jordan et al., Muon, 2024)."""
    x = g.bfloat16()
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return (x.mT if tall else x).float()


class Optimizer:
    """bf16 working weights with float32 masters: Muon for hidden matrices, AdamW for the rest. Matrices of one shape are
    stacked, since one batched product is several times as fast as many small ones."""

    def __init__(self, named):
        self.items, self.stacks = [], {}
        for name, p in named:
            muon = p.ndim == 2 and not re.search(r"embed_tokens|position_embedding|lm_head|heads", name)
            item = dict(p=p, name=name, muon=muon, master=p.detach().float().clone(), m=torch.zeros_like(p, dtype=torch.float32),
                        v=None if muon else torch.zeros_like(p, dtype=torch.float32))
            self.items.append(item)
            if muon:
                self.stacks.setdefault((name.split(".")[2], p.shape), []).append(item)
        self.stacks = [self.stack(items) for items in self.stacks.values()]
        self.t = 0

    def stack(self, items):
        stack = dict(items=items, master=torch.stack([i["master"] for i in items]), m=torch.stack([i["m"] for i in items]))
        for k, item in enumerate(items):
            item["master"], item["m"] = stack["master"][k], stack["m"][k]
        return stack

    @torch.no_grad()
    def step(self, lr_muon, lr_adam, scale):
        grads = [i["p"].grad for i in self.items if i["p"].grad is not None]
        norm = torch.stack(torch._foreach_norm(grads)).float().norm().item()
        clip = min(1.0, 1.0 / (norm + 1e-6))
        self.t += 1
        for s in self.stacks:
            if s["items"][0]["p"].grad is None:
                continue
            g = torch.stack([i["p"].grad for i in s["items"]]).float() * clip
            k = lr_muon * scale(s["items"][0]["name"])
            s["m"].mul_(0.95).add_(g)
            update = orthogonal(g.add_(s["m"], alpha=0.95)) * max(1, g.shape[1] / g.shape[2]) ** 0.5
            s["master"].mul_(1 - k * 0.02).add_(update, alpha=-k)
        for i in self.items:
            if i["p"].grad is None:
                continue
            if not i["muon"]:
                g = i["p"].grad.float() * clip
                i["m"].lerp_(g, 0.1)
                i["v"].lerp_(g * g, 0.02)
                mh, vh = i["m"] / (1 - 0.9 ** self.t), i["v"] / (1 - 0.98 ** self.t)
                i["master"].add_(mh / (vh.sqrt() + 1e-8), alpha=-lr_adam * scale(i["name"]))
            i["p"].copy_(i["master"])
            i["p"].grad = None
        return norm

    def state(self):
        return dict(t=self.t, items={i["name"]: (i["master"], i["m"], i["v"]) for i in self.items})

    @torch.no_grad()
    def load(self, state):
        self.t = state["t"]
        for i in self.items:
            for own, saved in zip((i["master"], i["m"], i["v"]), state["items"].get(i["name"], ())):
                if own is not None:
                    own.copy_(saved)
            i["p"].copy_(i["master"])


def patch_loss(x, heads, batch):
    """Cross entropies of class, letter, colour and pattern over patches x [B,P,d]; also accuracy on covered and on written
    patches. All covered patches are scored and one in eight of the bare ones, which are easy and many."""
    classes = batch["classes"]
    covered = classes > 0
    pick = covered.clone()
    pick[:, batch["offset"]::8] = True
    labels = classes[pick]
    logits = heads.cls(x[pick]).float()
    loss = F.cross_entropy(logits, labels)
    hit = labels > 0
    right = logits.detach().argmax(-1) == labels
    share = lambda of: right[of].sum() / of.sum().clamp(min=1)
    stats = dict(acc=share(hit), read=share(batch["written"][pick]))
    written = batch["letters"] > 0
    if written.any():
        guess, letters = heads.letter(x[written]).float(), batch["letters"][written]
        loss = loss + 0.5 * F.cross_entropy(guess, letters)
        stats["letter"] = (guess.argmax(-1) == letters).float().mean()
    some = x[:, batch["offset"]::9]
    for head, key in ((heads.color, "color"), (heads.texture, "texture")):
        lab = torch.where(batch[key] >= 0, batch[key], -100)[:, None].expand(-1, some.shape[1])
        loss = loss + 0.15 * F.cross_entropy(head(some).float().flatten(0, 1), lab.flatten(), ignore_index=-100)
    return loss, {k: v.item() for k, v in stats.items()}


def look_loss(scores, match):
    """Minus the log share of a head's attention on the keys that it should look at, over the tokens that have any.
    @param scores attention logits of text tokens over all keys and match, both [B,t,n]"""
    rows = match.any(-1)
    s = scores[rows].float()
    return (s.logsumexp(-1) - s.masked_fill(~match[rows], -torch.inf).logsumexp(-1)).mean()


def where_to_look(batch, is_class_word):
    """Keys [B,t,n] that text tokens should look at, for each kind of look. Keys are <s>, <user>, the picture and the text."""
    ids, words = batch["ids"][:, 1:], batch["words"]
    following = F.pad(batch["target"][:, 2:], (0, 1), value=-100)
    shown = lambda wanted: F.pad((wanted[:, :, None] == words[:, None]) & (wanted >= 0)[:, :, None], (2, ids.shape[1]))
    own = shown(ids)
    # What is not there is looked for at <s>: found and not found must differ.
    own[:, :, 0] = is_class_word[ids] & ~own.any(-1)
    turn = F.pad((ids == EOS).cumsum(1), (1, 0))[:, :-1]
    asked = (ids == ASSISTANT)[:, :, None] & is_class_word[ids][:, None] & (turn[:, :, None] == turn[:, None])
    return own, shown(following), F.pad(asked.tril(-1), (2 + GRID * GRID, 0))


class Trainer:
    def __init__(self, args, meta, tok, words):
        self.args, self.meta, self.tok = args, meta, tok
        self.is_class_word = torch.zeros(tok.get_vocab_size(), dtype=torch.bool)
        self.is_class_word[words[words >= 0]] = True
        self.written = torch.tensor([c.startswith(("word:", "country:")) for c in meta["classes"]])
        torch.manual_seed(0)
        self.model = LlavaForConditionalGeneration(config(tok.get_vocab_size()))
        self.model.tie_weights()
        with torch.no_grad():
            self.model.model.vision_tower.embeddings.position_embedding.weight.copy_(sincos(GRID, 192) * 0.5)
        n = (len(meta["classes"]), len(meta["colors"]), len(meta["textures"]))
        self.heads_v, self.heads_t = Heads(*n, 192), Heads(*n, 256)
        for p in (*self.heads_v.parameters(), *self.heads_t.parameters()):
            nn.init.normal_(p, std=0.02) if p.ndim > 1 else nn.init.zeros_(p)
        for m in (self.model, self.heads_v, self.heads_t):
            m.to(torch.bfloat16)
        if args.init:
            missing = self.model.load_state_dict(weights_of(args.init), strict=False).missing_keys
            print("goes on from", args.init, "without", missing, flush=True)
        named = {f"model.{k}": p for k, p in self.model.named_parameters()}
        named |= {f"heads_v.{k}": p for k, p in self.heads_v.named_parameters()} | {f"heads_t.{k}": p for k, p in self.heads_t.named_parameters()}
        self.opt = Optimizer(named.items())
        self.tower = self.model.model.vision_tower
        self.projector = self.model.model.multi_modal_projector
        self.lm = self.model.model.language_model
        self.seconds = dict(tower=0.0, all=0.0)
        self.scenes = 0
        self.seed = 0
        self.stopped = False
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "stopped", True))
        lm = self.lm
        pos = torch.arange(GRID * GRID + 2 + args.text_len)[None]
        self.cos, self.sin = lm.rotary_emb(torch.zeros(1, 1, 1), pos)
        self.cos, self.sin = self.cos.bfloat16(), self.sin.bfloat16()
        if args.compile:  # fuses the elementwise work, which is most of the time at this size
            self.vision = torch.compile(self.vision, dynamic=False)
            self.decoder = torch.compile(self.decoder, dynamic=False)

    def vision(self, pixels):
        """Last block before the closing norm: what LLaVA's vision_feature_layer -1 reads. Written out, because plain
        batched products are twice as fast on a CPU as the library's fused attention at this size."""
        e = self.tower.embeddings
        b, p = pixels.shape[0], 8
        w = e.patch_embedding.weight.flatten(1)
        x = pixels.unfold(2, p, p).unfold(3, p, p).permute(0, 2, 3, 1, 4, 5).reshape(b, GRID * GRID, 3 * p * p)
        x = F.linear(x, w, e.patch_embedding.bias) + e.position_embedding.weight
        for layer in self.tower.encoder.layers:
            a = layer.self_attn
            heads, n, d = a.num_heads, x.shape[1], x.shape[2]
            wqkv = torch.cat([a.q_proj.weight, a.k_proj.weight, a.v_proj.weight])
            bqkv = torch.cat([a.q_proj.bias, a.k_proj.bias, a.v_proj.bias])
            qkv = F.linear(layer.layer_norm1(x), wqkv, bqkv).view(b, n, 3, heads, d // heads).permute(2, 0, 3, 1, 4).reshape(3, b * heads, n, d // heads)
            scores = torch.bmm(qkv[0] * a.scale, qkv[1].transpose(1, 2)).softmax(-1)
            y = torch.bmm(scores, qkv[2]).view(b, heads, n, d // heads).transpose(1, 2).reshape(b, n, d)
            x = x + a.out_proj(y)
            x = x + layer.mlp(layer.layer_norm2(x))
        return x

    def decoder(self, x, segment, position):
        """The Llama blocks written out, with fused projections and hidden states at hand. A token sees what comes before
        it in its own segment and in segment 0."""
        hidden, looks, (b, n, d) = [], {}, x.shape
        cos, sin = self.cos[0][position][:, :, None], self.sin[0][position][:, :, None]
        other = (segment[:, None, :] != 0) & (segment[:, None, :] != segment[:, :, None])
        unseen = (other | torch.ones(n, n, dtype=torch.bool).triu(1)).to(x.dtype) * -1e4
        norm = lambda m, h: F.rms_norm(h, (d,), m.weight, m.variance_epsilon)
        for number, layer in enumerate(self.lm.layers):
            a, m = layer.self_attn, layer.mlp
            size = a.head_dim
            nq, nk = a.q_proj.weight.shape[0] // size, a.k_proj.weight.shape[0] // size
            qkv = F.linear(norm(layer.input_layernorm, x), torch.cat([a.q_proj.weight, a.k_proj.weight, a.v_proj.weight])).view(b, n, nq + 2 * nk, size)
            qk, v = qkv[:, :, : nq + nk], qkv[:, :, nq + nk :]
            half = torch.cat([-qk[..., size // 2 :], qk[..., : size // 2]], -1)
            qk = qk * cos + half * sin
            rep = lambda t: t.transpose(1, 2).repeat_interleave(nq // nk, 1)
            q, k, v = (t.reshape(b * nq, n, size) for t in (qk[:, :, :nq].transpose(1, 2), rep(qk[:, :, nq:]), rep(v)))
            scores = torch.bmm(q * size**-0.5, k.transpose(1, 2)).view(b, nq, n, n) + unseen[:, None]
            for look in (OWN_LOOK, NEXT_LOOK, ASKED_LOOK):
                if look[0] == number:
                    looks[look] = scores[:, look[1], 2 + GRID * GRID :]
            y = torch.bmm(scores.softmax(-1).view(b * nq, n, n), v).view(b, nq, n, size)
            x = x + F.linear(y.transpose(1, 2).reshape(b, n, d), a.o_proj.weight)
            gate, up = F.linear(norm(layer.post_attention_layernorm, x), torch.cat([m.gate_proj.weight, m.up_proj.weight])).chunk(2, -1)
            x = x + F.linear(F.silu(gate) * up, m.down_proj.weight)
            hidden.append(x)
        return norm(self.lm.norm, x), hidden, looks

    def losses(self, batch):
        px = augment(batch["pixels"], torch.bfloat16)
        v = self.vision(px)
        loss_v, stats_v = patch_loss(rms(v), self.heads_v, batch)
        img = self.projector(v)
        b, n_img = img.shape[0], GRID * GRID
        embed = self.model.get_input_embeddings()
        # <s> <user> [image] rest: the template puts the picture at the start of the first user turn.
        emb = embed(torch.cat([torch.full((b, 1), BOS), batch["ids"]], 1))
        # The picture is part of what every segment sees, and shifts the positions behind it.
        prefix = torch.zeros(b, 2 + n_img, dtype=torch.long)
        segment = torch.cat([prefix, batch["segment"][:, 1:]], 1)
        position = torch.cat([torch.arange(2 + n_img).expand(b, -1), batch["position"][:, 1:] + n_img + 1], 1)
        h, hidden, looks = self.decoder(torch.cat([emb[:, :2], img, emb[:, 2:]], 1), segment, position)
        hidden_target = torch.full((b, n_img), -100)
        target = torch.cat([torch.full((b, 1), -100), batch["target"][:, :1], hidden_target, batch["target"][:, 1:]], 1)
        h_text, _, _ = self.decoder(embed(batch["text_ids"]), batch["text_segment"], batch["text_position"])
        h = torch.cat([h[:, :-1].flatten(0, 1), h_text[:, :-1].flatten(0, 1)])
        target = torch.cat([target[:, 1:].flatten(), batch["text_target"][:, 1:].flatten()])
        keep = target != -100
        logits, wanted = self.model.lm_head(h[keep]).float(), target[keep]
        loss_lm = F.cross_entropy(logits, wanted)
        acc_lm = (logits.argmax(-1) == wanted).float().mean()
        img_at = slice(2, 2 + n_img)
        named = batch["words"] >= 0
        emb_logits = F.linear(rms(hidden[EMBED_BLOCK][:, img_at][named]), embed.weight).float() * 0.5
        loss_emb = F.cross_entropy(emb_logits, batch["words"][named])
        loss_t, stats_t = patch_loss(rms(hidden[CLASS_BLOCK][:, img_at]), self.heads_t, batch)
        own, following, asked = where_to_look(batch, self.is_class_word)
        loss_own, loss_next = look_loss(looks[OWN_LOOK], own), look_loss(looks[NEXT_LOOK], following)
        loss_asked = look_loss(looks[ASKED_LOOK], asked)
        total = loss_lm + 0.3 * loss_v + 0.3 * loss_t + 0.2 * loss_emb + 0.15 * (loss_own + loss_next + loss_asked)
        return total, dict(own=loss_own.item(), next=loss_next.item(), asked=loss_asked.item(), lm=loss_lm.item(), lm_acc=acc_lm.item(), v=loss_v.item(), t=loss_t.item(), emb=loss_emb.item(),
                           **{f"{part}_{k}": x for part, stats in (("v", stats_v), ("t", stats_t)) for k, x in stats.items()})

    def tower_losses(self, batch):
        v = self.vision(augment(batch["pixels"], torch.bfloat16))
        loss, stats = patch_loss(rms(v), self.heads_v, batch)
        return loss, dict(v=loss.item(), **{f"v_{k}": x for k, x in stats.items()})

    def save(self, final=False):
        out = Path(self.args.out)
        out.mkdir(parents=True, exist_ok=True)
        tmp = out / "state.tmp"
        torch.save(dict(opt=self.opt.state(), seconds=self.seconds, scenes=self.scenes, seed=self.seed), tmp)
        tmp.replace(out / "state.pt")
        # The HF checkpoint holds the float32 masters.
        live = {i["name"]: i["p"].data for i in self.opt.items}
        for i in self.opt.items:
            i["p"].data = i["master"]
        self.model.save_pretrained(out / "hf")
        for i in self.opt.items:
            i["p"].data = live[i["name"]]

    def resume(self):
        path = Path(self.args.out) / "state.pt"
        if path.exists():
            s = torch.load(path, weights_only=False)
            self.opt.load(s["opt"])
            self.seconds, self.scenes, self.seed = s["seconds"], s["scenes"], s["seed"]
            print("resumed at", self.seconds, self.scenes, flush=True)

    def run(self, stage, minutes, batch_size, fn, lr_muon, lr_adam, scale, words):
        if self.stopped or self.seconds[stage] >= minutes * 60:
            return
        stream = Stream(self.args.cache, self.seed, self.tok, words, self.written, batch_size, self.args.text_len, stage == "tower")
        log = open(Path(self.args.out) / "train.jsonl", "a")
        last_save, step, mean = time.time(), 0, Counter()
        while self.seconds[stage] < minutes * 60 and not self.stopped:
            t0 = time.time()
            batch = stream.out.get()
            t1 = time.time()
            loss, info = fn(batch)
            loss.backward()
            done = self.seconds[stage] / (minutes * 60)
            f = min(1.0, (step + 1) / 30) * (1.0 if done < self.args.decay_from else max(0.03, (1 - done) / (1 - self.args.decay_from)))
            norm = self.opt.step(lr_muon * f, lr_adam * f, scale)
            self.seconds[stage] += time.time() - t0
            self.scenes += batch_size
            self.seed = stream.next_seed
            step += 1
            info.update(loss=loss.item(), norm=norm, wait=t1 - t0, step_s=time.time() - t0)
            for k, x in info.items():
                mean[k] += x
            if step % 20 == 0:
                row = dict(stage=stage, step=step, minutes=round(self.seconds[stage] / 60, 2), scenes=self.scenes, **{k: round(x / 20, 4) for k, x in mean.items()})
                print(json.dumps(row), flush=True)
                log.write(json.dumps(row) + "\n"); log.flush()
                mean.clear()
            if time.time() - last_save > 240:
                self.save()
                last_save = time.time()
        stream.proc.kill()
        self.save()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", required=True)
    ap.add_argument("--cache", default=str(ROOT / ".cache"))
    ap.add_argument("--init", help="model folder in ONNX form to go on from instead of random weights; its tokenizer is taken too")
    ap.add_argument("--compile", action="store_true", help="torch.compile (needs a C++ compiler): 1.4 times as fast on two cores")
    ap.add_argument("--tower-minutes", type=float, default=12)
    ap.add_argument("--minutes", type=float, default=70)
    ap.add_argument("--tower-batch", type=int, default=32)
    ap.add_argument("--batch", type=int, default=24)
    ap.add_argument("--text-len", type=int, default=204)
    ap.add_argument("--lr-muon", type=float, default=0.005)
    ap.add_argument("--lr-adam", type=float, default=1e-3)
    ap.add_argument("--decay-from", type=float, default=0.6)
    args = ap.parse_args()
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    meta_path = out / "meta.json"
    if not meta_path.exists():
        raw = subprocess.run(["npx", "tsx", str(HERE / "stream.ts"), args.cache, "0", "-1"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
        meta_path.write_bytes(raw)
    meta = json.loads(meta_path.read_text())
    tok_path = out / "tokenizer.json"
    if args.init and not tok_path.exists():
        spec = json.loads((Path(args.init) / "tokenizer.json").read_text())
        spec["pre_tokenizer"]["add_prefix_space"] = True
        tok_path.write_text(json.dumps(spec))
    tok = Tokenizer.from_file(str(tok_path)) if tok_path.exists() else build_tokenizer(meta["corpus"], tok_path)
    # Word token that stands for each class: the rarest word of its name.
    names = [c.split(":")[-1] for c in meta["classes"]]
    freq = Counter(w for n in names for w in n.split())
    first = lambda w: tok.encode(w, add_special_tokens=False).ids[0]
    words = torch.tensor([-100 if i == 0 or n in ("land",) or meta["classes"][i].startswith("shape:") else first(min(n.split(), key=lambda w: freq[w]))
                          for i, n in enumerate(names)])
    print("vocab", tok.get_vocab_size(), "classes", len(names), "tokens per name", sum(len(tok.encode(n).ids) for n in names) / len(names), flush=True)
    t = Trainer(args, meta, tok, words)
    print("parameters", sum(p.numel() for p in t.model.parameters()), flush=True)
    t.resume()
    t.run("tower", args.tower_minutes, args.tower_batch, t.tower_losses, args.lr_muon, args.lr_adam, lambda name: 1.0, words)
    t.run("all", args.minutes, args.batch, t.losses, args.lr_muon, args.lr_adam, lambda name: 0.4 if "vision_tower" in name or "heads_v" in name else 1.0, words)
    print("done", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("THREADS", "2")))
    main()
