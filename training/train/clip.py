"""Trains CLIP on rendered scenes and their captions.

The loss is contrastive, with captions of near misses among the negatives; at first linear heads that read the attributes help, and fade out at 85 % of the budget.
--init inherits the weights whose names and shapes agree from a folder with text/, vision/ and tokenizer.json.
"""

import json

import numpy as np
import torch

from training.data.captions import all_texts, compose
from training.data.dataset import load_scenes, to_model_range
from training.data.near_misses import near_miss
from training.paths import TRAINING
from training.train.loop import Run, mark_done, parse_arguments
from training.train.networks.clip_model import (
    Contrast,
    build_models,
    contrastive_loss,
    describes,
    fits,
    inherit,
    load_models,
    norm_penalty,
)
from training.train.retrieval import Encoders, retrieval, told_from_near_misses
from training.train.tokenizer_bpe import encode, load_tokenizer, train_tokenizer


def cut_padding(ids: torch.Tensor) -> torch.Tensor:
    """Ids [N, 32] without the columns that only pad. The text model is causal and pools at the first EOS, so they only cost time."""
    return ids[:, : int((ids != ids[0, -1]).sum(1).max()) + 1]


def main() -> None:
    arguments, config = parse_arguments(__doc__, "clip.json")
    device, rng, out = arguments.device, np.random.default_rng(config["seed"]), arguments.out
    data, held_out = load_scenes(TRAINING / config["data"]), load_scenes(TRAINING / config["data"], "validation")
    out.mkdir(parents=True, exist_ok=True)
    if not (out / "tokenizer.json").exists():
        train_tokenizer(all_texts(20_000, config["tokenizer_seed"])).save(str(out / "tokenizer.json"))
    tokenizer = load_tokenizer(out / "tokenizer.json")
    text, vision = build_models(config, tokenizer)
    if arguments.init:
        older_text, older_vision = load_models(arguments.init)
        print("inherited:", inherit(text, older_text), "of the text model,", inherit(vision, older_vision), "of the vision model", flush=True)
        older_ids = load_tokenizer(arguments.init / "tokenizer.json").get_vocab()
        with torch.no_grad():
            for token, i in tokenizer.get_vocab().items():
                if token in older_ids:
                    text.text_model.embeddings.token_embedding.weight[i] = older_text.text_model.embeddings.token_embedding.weight[older_ids[token]]
    modules = {"text": text, "vision": vision, "contrast": Contrast(config["dimension"])}
    for module in modules.values():
        module.to(device)
    run = Run(modules, config, arguments)
    lettered = (data.column("word") > 0).nonzero()[0]
    print(f"{len(data.images)} scenes, {len(lettered)} with a word", flush=True)

    def loss_of_step(progress: float):
        rows = data.draw(config["batch"], rng, lettered, config["lettered_share"])  # words are rare, small and learned last
        texts, named = zip(*(compose(data.attributes[i], rng, full=rng.random() < config["full_captions"]) for i in rows))
        attributes, named = torch.from_numpy(data.attributes[rows]).to(device), torch.tensor(named).to(device)
        told = np.stack([near_miss(data.attributes[i], rng) for i in rows[: config["near_misses"]]])
        wrong, wrong_named = zip(*(compose(row, rng, full=True) for row in told))
        fit_too = fits(torch.tensor(wrong_named).to(device), torch.from_numpy(told).to(device), attributes)
        ids = cut_padding(torch.from_numpy(encode(tokenizer, [*texts, *wrong])).long()).to(device)
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            t, misses = text(input_ids=ids).text_embeds.float().split([len(texts), len(wrong)])
            z = vision(pixel_values=to_model_range(data.images[rows]).to(device)).image_embeds
        z, contrast = z.float(), modules["contrast"]
        loss = contrastive_loss(t, z, contrast.log_scale, describes(named, attributes), misses, fit_too)
        reading_text = contrast.reading_loss(t, named, attributes)
        reading_image = contrast.reading_loss(z, torch.ones_like(named), attributes)
        # The help fades out, so that the end of training is contrastive alone.
        help_weight = config["attribute_weight"] * max(0.0, 1 - progress / 0.85)
        total = loss + help_weight * (reading_text + reading_image) + config["norm_weight"] * (norm_penalty(t) + norm_penalty(z))
        return total, len(rows), {"contrast": loss.item(), "text": reading_text.item(), "image": reading_image.item()}

    @torch.no_grad()
    def measured() -> dict:
        text_average, vision_average = run.emas["text"].module, run.emas["vision"].module
        clip = Encoders(
            lambda images: vision_average(pixel_values=images.to(device)).image_embeds,
            lambda texts: text_average(input_ids=torch.from_numpy(encode(tokenizer, texts)).long().to(device)).text_embeds)
        answers = {"retrieval": retrieval(clip, held_out), "near misses": told_from_near_misses(clip, held_out)}
        return {what: {name: round(right.float().mean().item(), 3) for name, right in found.items()} for what, found in answers.items()}

    def on_sheet(label: str) -> None:
        """Retrieval and near misses on held-out pictures."""
        print(f"sheet {label}: {measured()}", flush=True)

    if not run.train(loss_of_step, on_sheet):
        return
    metrics = measured() | {"temperature": 1 / modules["contrast"].log_scale.exp().item()}
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    print(json.dumps(metrics, indent=1), flush=True)
    mark_done(out)


if __name__ == "__main__":
    main()
