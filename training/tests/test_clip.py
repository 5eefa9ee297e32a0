"""CLIP's text model pools at the first EOS; the classifier reads fresh renders."""

import json
from pathlib import Path

import torch

from clipwork_training.attributes import sample_scene
from clipwork_training.captions import all_texts
from clipwork_training.classifier import classify, load_classifier
from clipwork_training.clip_model import Average, Clip, build_models, load_models
from clipwork_training.render import render
from clipwork_training.tokenizer_bpe import encode, train_tokenizer

ROOT = Path(__file__).parents[1]


def small_clip():
    tokenizer = train_tokenizer(all_texts(500, 0))
    torch.manual_seed(0)
    return tokenizer, *build_models(json.loads((ROOT / "configs/clip.json").read_text()), tokenizer)


def test_padding_after_eos_changes_nothing():
    tokenizer, text, _ = small_clip()
    ids = torch.from_numpy(encode(tokenizer, ["a red cube", "a big blue ball at night"])).long()
    text.eval()
    with torch.no_grad():
        whole, cut = (text(input_ids=i).text_embeds for i in (ids, ids[:, :16]))
    assert torch.allclose(whole, cut, atol=1e-5)
    assert not torch.allclose(whole[0], whole[1], atol=1e-2)


def test_models_survive_saving(tmp_path):
    _, text, vision = small_clip()
    text.save_pretrained(tmp_path / "text")
    vision.save_pretrained(tmp_path / "vision")
    again = load_models(tmp_path)[1].eval()
    image = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(vision.eval()(pixel_values=image).image_embeds, again(pixel_values=image).image_embeds)
    assert sum(p.numel() for m in (text, vision) for p in m.parameters()) <= 2_400_000


def test_the_average_follows_the_model():
    _, text, vision = small_clip()
    clip = Clip(text, vision)
    average = Average(clip, 0.9)
    with torch.no_grad():
        clip.log_scale += 1
    for _ in range(60):
        average.update(clip)
    assert abs(average.model.log_scale - clip.log_scale) < 0.02


def test_the_classifier_reads_scenes_it_has_never_seen():
    # Split "validation" of another seed than the training data's.
    scenes = [sample_scene(77, "validation", i) for i in range(96)]
    found = classify(load_classifier(ROOT / "classifier"), render(scenes, 64) * 2 - 1)
    right = found == torch.tensor([scene.attribute_row() for scene in scenes])
    assert right[:, :2].float().mean() > 0.95
    assert right.float().mean() > 0.95
