"""CLIP's loss: what else is true is no negative, and near misses cost."""

import torch

from training.data.attributes import COLUMNS, PLACE, Scene, Solid
from training.train.networks.clip_model import contrastive_loss, describes

ONE = Scene((Solid("cube", "red", "small", "metal"),), "sand", "sunset").attribute_row()


def test_a_caption_that_also_fits_is_no_negative():
    other = list(ONE)
    other[PLACE["colour 1"]] += 1
    attributes = torch.tensor([ONE, other])
    named = torch.zeros(2, len(COLUMNS), dtype=torch.bool)
    named[:, PLACE["solid 1"]] = True
    named[1, PLACE["colour 1"]] = True
    fits = describes(named, attributes)
    assert fits.tolist() == [[True, True], [False, True]]
    text, image = torch.randn(2, 8), torch.randn(2, 8)
    scale = torch.tensor(2.0)
    with_all = contrastive_loss(text, image, scale, torch.ones(2, 2, dtype=torch.bool))
    assert with_all < 1e-6 < contrastive_loss(text, image, scale, fits)


def test_a_near_miss_costs_unless_it_is_true():
    text, image, scale = torch.eye(2, 8), torch.eye(2, 8), torch.tensor(2.0)
    none = torch.eye(2, dtype=torch.bool)
    plain = contrastive_loss(text, image, scale, none)
    false, true = (
        contrastive_loss(text, image, scale, none, image[:1], torch.tensor([[value, value]])) for value in (False, True)
    )
    assert false > plain + 0.1 and torch.allclose(true, plain)
