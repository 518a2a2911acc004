"""Exports a Hugging Face LLaVA checkpoint to the three-part ONNX layout that transformers.js reads.

    python export.py --checkpoint <folder saved with save_pretrained> --out <model folder> [--dtype float32|float16]

Writes onnx/vision_encoder.onnx    pixel_values [batch,3,H,W] -> image_features [batch,patches,d]
       onnx/embed_tokens.onnx      input_ids [batch,tokens] -> inputs_embeds [batch,tokens,d]
       onnx/decoder_model_merged.onnx
                                   inputs_embeds, attention_mask [batch,past+tokens], position_ids [batch,tokens],
                                   past_key_values.N.key|value [batch,kv_heads,past,head_dim] -> logits, present.N.key|value
and the config, tokenizer and processor files. `past` may be 0, so one graph serves prefill and decoding.
--dtype float16 stores large weights as float16 with a Cast to float32 behind each: files halve, and ONNX Runtime folds
the casts when it loads, so all arithmetic stays in float32.
"""

import argparse
import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from transformers import AutoProcessor, DynamicCache, LlavaForConditionalGeneration

OPSET = 18
# Below this a Cast node costs more than the bytes it saves; biases and norm weights stay exact.
MIN_HALF_ELEMENTS = 4096


class VisionEncoder(torch.nn.Module):
    """Tower, choice of layer and projector, as LlavaModel.get_image_features does it but without unbinding the batch,
    which would fix the batch size in the graph. `export` checks that both give the same features.

    Hugging Face's SigLIP returns hidden states without the post layer norm: layer -1 is the last block's raw output.
    """

    def __init__(self, llava):
        super().__init__()
        self.vision_tower = llava.model.vision_tower
        self.multi_modal_projector = llava.model.multi_modal_projector
        self.layer = llava.config.vision_feature_layer
        self.first = 1 if llava.config.vision_feature_select_strategy == "default" else 0

    def forward(self, pixel_values):
        states = self.vision_tower(pixel_values, output_hidden_states=True, return_dict=True).hidden_states
        layers = [self.layer] if isinstance(self.layer, int) else self.layer
        return self.multi_modal_projector(torch.cat([states[i][:, self.first :] for i in layers], dim=-1))


class EmbedTokens(torch.nn.Module):
    def __init__(self, llava):
        super().__init__()
        self.embed_tokens = llava.model.language_model.embed_tokens

    def forward(self, input_ids):
        return self.embed_tokens(input_ids)


class Decoder(torch.nn.Module):
    """Attribute names are the module paths of public exports: /model/layers.3/Add_1 is the stream after block 3."""

    def __init__(self, llava):
        super().__init__()
        self.model = llava.model.language_model
        self.lm_head = llava.lm_head

    def forward(self, inputs_embeds, attention_mask, position_ids, *past):
        cache = DynamicCache(ddp_cache_data=[(past[i], past[i + 1]) for i in range(0, len(past), 2)])
        past_length = past[0].shape[2]
        total = attention_mask.shape[1]
        query = torch.arange(past_length, total, device=inputs_embeds.device)
        key = torch.arange(total, device=inputs_embeds.device)
        seen = (key[None, :] <= query[:, None])[None, None] & (attention_mask[:, None, None, :] > 0)
        # A ready 4-D additive mask is taken as it is, which keeps Hugging Face's own mask code out of the trace.
        mask = torch.where(seen, 0.0, torch.finfo(torch.float32).min)
        hidden = self.model(
            inputs_embeds=inputs_embeds,
            attention_mask=mask,
            position_ids=position_ids,
            past_key_values=cache,
            use_cache=True,
        ).last_hidden_state
        present = [part for layer in cache.layers for part in (layer.keys, layer.values)]
        return (self.lm_head(hidden), *present)


def write_onnx(module, args, path, inputs, outputs, dynamic):
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module, args, str(path), input_names=inputs, output_names=outputs, dynamic_axes=dynamic,
            opset_version=OPSET, dynamo=False, do_constant_folding=True,
        )


def store_half(path):
    """float32 initialisers, already rounded by `load`, -> float16 with a Cast back to float32."""
    model = onnx.load(str(path))
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < MIN_HALF_ELEMENTS:
            continue
        name, values = tensor.name, numpy_helper.to_array(tensor)
        half = values.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), values):
            raise SystemExit(f"{path.name}: {name} does not fit float16: export with --dtype float32.")
        tensor.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], f"{name}/Cast", to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend(casts + nodes)
    onnx.save(model, str(path))


def export_graphs(llava, folder):
    """Writes the three graphs of `llava` (float32, CPU) into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    export_vision_encoder(llava, folder / "vision_encoder.onnx")
    export_embed_tokens(llava, folder / "embed_tokens.onnx")
    export_decoder(llava, folder / "decoder_model_merged.onnx")


def export_vision_encoder(llava, path):
    vision = llava.config.vision_config
    pixels = torch.randn(2, vision.num_channels, vision.image_size, vision.image_size)
    encoder = VisionEncoder(llava)
    with torch.no_grad():
        theirs = llava.model.get_image_features(
            pixel_values=pixels,
            vision_feature_layer=llava.config.vision_feature_layer,
            vision_feature_select_strategy=llava.config.vision_feature_select_strategy,
        ).pooler_output
        torch.testing.assert_close(encoder(pixels), torch.stack(tuple(theirs)))
    write_onnx(
        encoder, (pixels,), path, ["pixel_values"], ["image_features"],
        {"pixel_values": {0: "batch_size"}, "image_features": {0: "batch_size"}},
    )


def export_embed_tokens(llava, path):
    write_onnx(
        EmbedTokens(llava), (torch.ones(2, 5, dtype=torch.long),), path, ["input_ids"], ["inputs_embeds"],
        {"input_ids": {0: "batch_size", 1: "tokens"}, "inputs_embeds": {0: "batch_size", 1: "tokens"}},
    )


def export_decoder(llava, path, axes=(), decoder=None, first="inputs_embeds"):
    """`axes` are leading dimensions of position_ids, (3,) for multimodal rotary positions. A `decoder` of its own may read
    its tokens from another input than inputs_embeds: then `first` names it."""
    text = llava.config.text_config
    heads = text.num_key_value_heads
    head_dim = getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads
    batch, past, tokens = 2, 3, 5
    names = [f"{i}.{part}" for i in range(text.num_hidden_layers) for part in ("key", "value")]
    dynamic = {
        first: {0: "batch_size", 1: "tokens"},
        "attention_mask": {0: "batch_size", 1: "total_tokens"},
        "position_ids": {len(axes): "batch_size", len(axes) + 1: "tokens"},
        "logits": {0: "batch_size", 1: "tokens"},
        **{f"past_key_values.{n}": {0: "batch_size", 2: "past_tokens"} for n in names},
        **{f"present.{n}": {0: "batch_size", 2: "total_tokens"} for n in names},
    }
    embeds, ids = torch.randn(batch, tokens, text.hidden_size), torch.ones(batch, tokens, dtype=torch.long)
    write_onnx(
        decoder or Decoder(llava),
        (
            embeds if first == "inputs_embeds" else ids,
            torch.ones(batch, past + tokens, dtype=torch.long),
            torch.arange(past, past + tokens).expand(*axes, batch, tokens),
            *[torch.randn(batch, heads, past, head_dim) for _ in names],
        ),
        path,
        [first, "attention_mask", "position_ids", *[f"past_key_values.{n}" for n in names]],
        ["logits", *[f"present.{n}" for n in names]],
        dynamic,
    )


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def read_json(path):
    return json.loads(path.read_text()) if path.exists() else {}


def write_tokenizer(tokenizer, template, out, kind="PreTrainedTokenizerFast"):
    """transformers 5 writes the generic name of its Rust tokenizers; 4 and transformers.js know `kind`."""
    tokenizer.save_pretrained(out)
    if template is None:
        raise SystemExit("The checkpoint has no chat template: save the processor with one.")
    config = read_json(out / "tokenizer_config.json")
    config.update(tokenizer_class=kind, chat_template=template)
    write_json(out / "tokenizer_config.json", config)
    (out / "chat_template.jinja").unlink(missing_ok=True)


def image_processor_config(image_processor, processor_class):
    image = image_processor.to_dict()
    # The suffixes name Python back ends; the configuration is the same for all.
    kind = image.get("image_processor_type", "SiglipImageProcessor")
    image["image_processor_type"] = kind.removesuffix("Fast").removesuffix("Pil")
    image["processor_class"] = processor_class
    for key in ("data_format", "device", "input_data_format", "return_tensors", "disable_grouping", "image_seq_length"):
        image.pop(key, None)
    return {key: value for key, value in image.items() if value is not None}


def write_processors(llava, checkpoint, out):
    """Processor and tokenizer files in the layout of transformers 4, which transformers.js reads: the chat template
    inside tokenizer_config.json, the image processor in preprocessor_config.json."""
    processor = AutoProcessor.from_pretrained(checkpoint)
    write_tokenizer(processor.tokenizer, processor.chat_template or processor.tokenizer.chat_template, out)
    write_json(out / "preprocessor_config.json", image_processor_config(processor.image_processor, "LlavaProcessor"))
    select = llava.config.vision_feature_select_strategy
    extra = getattr(processor, "num_additional_image_tokens", 0) or 0
    write_json(
        out / "processor_config.json",
        {
            "processor_class": "LlavaProcessor",
            "image_token": processor.image_token,
            "patch_size": llava.config.vision_config.patch_size,
            "vision_feature_select_strategy": select,
            # transformers.js adds this without taking the class token off again, as Python does for "default".
            "num_additional_image_tokens": 0 if select == "default" else extra,
        },
    )


def write_config(llava, out):
    config = llava.config.to_dict()
    config["architectures"] = ["LlavaForConditionalGeneration"]
    # Both spellings are in use: transformers.js reads the first, transformers 5 writes the second.
    config["image_token_index"] = config["image_token_id"] = llava.config.image_token_id
    for part in (config, config["text_config"], config["vision_config"]):
        for key in ("dtype", "torch_dtype", "_name_or_path", "output_hidden_states", "output_attentions"):
            part.pop(key, None)
    rope = config["text_config"].get("rope_parameters") or {}
    config["text_config"].setdefault("rope_theta", rope.get("rope_theta", 10000.0))
    write_json(out / "config.json", config)
    write_generation_config(llava, out)


def write_generation_config(model, out):
    generation = model.generation_config.to_diff_dict()
    text = getattr(model.config, "text_config", model.config)
    for key in ("bos_token_id", "eos_token_id", "pad_token_id"):
        value = generation.get(key, getattr(text, key, None))
        if value is not None:
            generation[key] = value
    generation.pop("dtype", None)
    write_json(out / "generation_config.json", generation)


def load(checkpoint, dtype="float32"):
    """The checkpoint on the CPU, ready to trace; all arithmetic in float32. With dtype "float16" the large weights are
    rounded as the exported file will store them, so golden values can be made from the very same numbers."""
    llava = LlavaForConditionalGeneration.from_pretrained(
        checkpoint, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    llava.requires_grad_(False)
    if dtype == "float16":
        for weight in llava.parameters():
            if weight.numel() >= MIN_HALF_ELEMENTS:
                weight.copy_(weight.half().float())
    return llava


def export(checkpoint, out, dtype="float32"):
    checkpoint, out = Path(checkpoint), Path(out)
    out.mkdir(parents=True, exist_ok=True)
    llava = load(checkpoint, dtype)
    onnx_folder = out / "onnx"
    if onnx_folder.exists():
        shutil.rmtree(onnx_folder)
    export_graphs(llava, onnx_folder)
    if dtype == "float16":
        for path in sorted(onnx_folder.glob("*.onnx")):
            store_half(path)
    write_config(llava, out)
    write_processors(llava, checkpoint, out)
    for path in sorted(onnx_folder.glob("*.onnx")):
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--dtype", choices=["float32", "float16"], default="float32")
    given = parser.parse_args()
    export(given.checkpoint, given.out, given.dtype)
