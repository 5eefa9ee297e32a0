"""CLIP's text model pools at the first EOS; the classifier reads fresh renders."""

import torch

from training.data.arrange import sample_scene
from training.data.attributes import COLUMNS, PLACE
from training.data.captions import all_texts
from training.data.renderer.render import render
from training.paths import CLASSIFIER, CONFIGS
from training.read_config import read_config
from training.train.config import ClipConfig
from training.train.networks.classifier_model import classify, load_classifier
from training.train.networks.clip_model import Contrast, build_models, inherit, load_models
from training.train.networks.ema import Ema
from training.train.tokenizer_bpe import encode, train_tokenizer


def small_clip():
    tokenizer = train_tokenizer(all_texts(500, 0))
    torch.manual_seed(0)
    return tokenizer, *build_models(read_config(CONFIGS / "clip.json", ClipConfig), tokenizer)


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
    assert sum(p.numel() for m in (text, vision) for p in m.parameters()) <= 2_600_000


def test_the_average_follows_the_model():
    contrast = Contrast(8)
    average = Ema(contrast, 0.9)
    with torch.no_grad():
        contrast.log_scale += 1
    for _ in range(60):
        average.update(contrast)
    assert abs(average.module.log_scale - contrast.log_scale) < 0.02


def test_what_agrees_is_inherited():
    _, text, vision = small_clip()
    _, older_text, older_vision = small_clip()
    with torch.no_grad():
        for parameter in older_text.parameters():
            parameter.add_(1)
    older_text.text_projection = torch.nn.Linear(128, 64, bias=False)
    kept = text.text_projection.weight.clone()
    total = len(list(text.parameters()))
    assert inherit(text, older_text) == total - 1 and inherit(vision, older_vision) == len(list(vision.parameters()))
    assert torch.equal(text.text_projection.weight, kept)
    assert torch.equal(text.text_model.final_layer_norm.weight, older_text.text_model.final_layer_norm.weight)


def test_heads_count_only_what_is_named_and_there():
    contrast, embedding = Contrast(8), torch.randn(2, 8)
    attributes = torch.tensor([sample_scene(0, "train", i).attribute_row() for i in range(2)])
    named = torch.zeros(2, len(COLUMNS), dtype=torch.bool)
    named[:, 0] = True
    expected = torch.nn.functional.cross_entropy(
        contrast.heads(embedding)[:, : len(COLUMNS["count"])], attributes[:, 0]
    )
    torch.testing.assert_close(contrast.reading_loss(embedding, named, attributes), expected)
    # A word that is not there is no word to be read.
    word = PLACE["word"]
    attributes[:, word] = 0
    named[:, word] = True
    torch.testing.assert_close(contrast.reading_loss(embedding, named, attributes), expected)
    everything = contrast.reading_loss(embedding, torch.ones_like(named), attributes)
    assert everything.isfinite() and everything > 0


def test_the_classifier_reads_scenes_it_has_never_seen():
    classifier = load_classifier(CLASSIFIER)
    columns = [PLACE[name] for name in classifier.reads]
    # Split "validation" of another seed than the training data's, and of it what the classifier has learned to read.
    scenes = [scene for scene in (sample_scene(77, "validation", i) for i in range(600)) if is_read(classifier, scene)][
        :96
    ]
    truth = torch.tensor([scene.attribute_row() for scene in scenes])[:, columns]
    found = classify(classifier, render(scenes, 64) * 2 - 1)
    right = (found == truth) | (truth < 0)
    assert len(scenes) >= 48 and right.float().mean() > 0.95


def is_read(classifier, scene) -> bool:
    """Whether the classifier knows all that is in the scene."""
    row = dict(zip(COLUMNS, scene.attribute_row()))
    knows_styles, knows_words = "style" in classifier.reads, "word" in classifier.reads
    return (
        all(row[name] < len(values) for name, values in classifier.reads.items())
        and (knows_words or row["word"] == 0)
        and (knows_styles or (scene.style == "photo" and len(scene.solids) == 1))
    )
