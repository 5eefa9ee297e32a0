"""A student of low rank is its teacher at first, learns little, and is saved as a network of the teacher's kind."""

import pytest
import torch
from diffusers import PriorTransformer
from torch import Tensor, nn

from training.train.networks.low_rank import LowRankStudent, worth_it

NETWORK = {
    **{"num_attention_heads": 2, "attention_head_dim": 32, "num_layers": 1, "embedding_dim": 16, "num_embeddings": 3},
    "additional_embeddings": 4,
}


@pytest.fixture
def teacher() -> PriorTransformer:
    torch.manual_seed(3)
    return PriorTransformer(**NETWORK).eval().requires_grad_(False)


def asked(network: nn.Module) -> Tensor:
    """What a network answers to always the same."""
    generator = torch.Generator().manual_seed(5)
    normal = lambda *shape: torch.randn(*shape, generator=generator)
    answer = network(
        normal(2, 16),
        timestep=torch.tensor([40, 900]),
        proj_embedding=normal(2, 16),
        encoder_hidden_states=normal(2, 3, 16),
        attention_mask=torch.ones(2, 3),
    )
    return answer.predicted_image_embedding


def shaken(student: LowRankStudent) -> LowRankStudent:
    """The student with a change in all that it may learn."""
    for parameter in student.parameters():
        if parameter.requires_grad:
            parameter.data.add_(0.02 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1)))
    return student


@pytest.mark.parametrize("rank", [0, 2])
def test_a_student_begins_as_its_teacher_and_leaves_it_alone(teacher, rank):
    before = asked(teacher)
    student = LowRankStudent(teacher, rank).eval()
    torch.testing.assert_close(asked(student), before)
    assert not torch.allclose(asked(shaken(student)), before, atol=1e-2)
    torch.testing.assert_close(asked(teacher), before, atol=0, rtol=0)


def test_large_weights_learn_products_and_small_ones_all_they_have(teacher):
    student = LowRankStudent(teacher, 2)
    learnt = {name: p for name, p in student.named_parameters() if p.requires_grad}
    wide = dict(teacher.named_parameters())["transformer_blocks.0.ff.net.0.proj.weight"]
    place = "model.transformer_blocks.0.ff.net.0.proj.parametrizations.weight"
    assert learnt[f"{place}.0.up"].shape == (len(wide), 2) and learnt[f"{place}.0.down"].shape == (2, wide.shape[1])
    assert f"{place}.original" not in learnt
    assert "model.transformer_blocks.0.ff.net.0.proj.bias" in learnt and "model.positional_embedding" in learnt
    every = sum(p.numel() for p in teacher.parameters())
    assert sum(p.numel() for p in learnt.values()) < every / 4
    assert sum(p.numel() for p in LowRankStudent(teacher, 0).parameters() if p.requires_grad) == every


def test_a_product_that_has_more_numbers_than_the_weight_is_not_worth_it():
    weight = torch.zeros(64, 16, 3, 3)
    assert worth_it(weight, 16) and not worth_it(weight, 64) and not worth_it(torch.zeros(32, 32), 2)


def test_a_student_is_saved_again_and_again_as_a_network_of_its_teachers_kind(teacher, tmp_path):
    student = shaken(LowRankStudent(teacher, 2).eval())
    expected = asked(student)
    for _ in range(2):
        student.save_pretrained(tmp_path)
        torch.testing.assert_close(asked(PriorTransformer.from_pretrained(tmp_path)), expected, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(asked(student), expected, atol=0, rtol=0)
