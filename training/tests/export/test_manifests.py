"""What the exporters write is the manifest that is committed, less weights: docs/pack-format.md, format 2."""

import json
import shutil

from training.export import classifier, random_pack, toybox
from training.export.components import load_toybox
from training.export.pack import finisher_of, only
from training.export.random_models import random_models
from training.paths import CLASSIFIER, RANDOM_PACK, TOYBOX
from training.train.networks.classifier_model import load_classifier

# What training decides, or what is of the files.
LEARNT = ("sha256", "id", "file", "mean", "std", "nullImageEmbedding", "arrays")


def said(section):
    """A manifest without what changes with the weights."""
    if not isinstance(section, dict):
        return section
    return {key: said(value) for key, value in section.items() if key not in LEARNT}


def committed(pack):
    return json.loads((pack / "manifest.json").read_text())


def test_random_pack():
    models, _ = random_models(7)
    assert said(random_pack.manifest(models)) == said(committed(RANDOM_PACK))


def test_toybox(tmp_path):
    (tmp_path / "clip").mkdir()
    shutil.copy(TOYBOX / "tokenizer.json", tmp_path / "clip" / "tokenizer.json")
    pack = committed(TOYBOX)
    judge = pack["stages"].pop("classifier")
    model = load_classifier(CLASSIFIER)
    assert judge == classifier.section(model, (TOYBOX / judge["file"]).read_bytes())
    assert said(toybox.manifest(load_toybox(tmp_path), pack["version"])) == said(pack)


def test_ids_are_of_the_encoders():
    for pack in (RANDOM_PACK, TOYBOX):
        manifest = committed(pack)
        stages = manifest["stages"]
        assert only(manifest["texts"])["id"] == stages["clip-text"]["sha256"]
        assert only(manifest["spaces"])["id"] == stages["clip-image"]["sha256"]


def test_finisher():
    stages = committed(RANDOM_PACK)["stages"]
    assert finisher_of(stages, "upsampler-256") == "upsampler-256-last"
    assert finisher_of(stages, "upsampler-1024") is None
