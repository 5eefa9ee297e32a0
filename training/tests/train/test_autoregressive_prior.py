"""The autoregressive prior: calls with a cache equal the whole sequence, and draws follow their distribution."""

import numpy as np
import pytest
import torch

from training.train.autoregressive_prior import code_losses
from training.train.diffusion.philox import PURPOSE, gaussian_noise, uniform_noise
from training.train.frozen_clip import TextBatch
from training.train.networks.autoregressive_prior import AutoregressivePrior, smooth_table
from training.train.sample_codes import call_of, draw_bucket, sample_codes

T, D, W, K, B = 7, 6, 5, 4, 16
ROWS = 3


@pytest.fixture(scope="module")
def model() -> AutoregressivePrior:
    torch.manual_seed(0)
    made = AutoregressivePrior(2, 8, 2, D, T, W, K, B).eval().requires_grad_(False)
    for parameter in made.parameters():
        parameter.add_(0.3 * torch.randn_like(parameter))
    return made


def text(rows: int = ROWS, seed: int = 0, keep: float = 1.0) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    normal = lambda *shape: torch.randn(rows, *shape, generator=generator)
    mask = (torch.arange(T)[None] < torch.tensor([[2], [5], [7]])[:rows]).float()
    return {
        "text_embedding": normal(D),
        "text_states": normal(T, W),
        "text_mask": mask,
        "keep_text": torch.full((rows,), keep),
    }


def whole(model, told, dots, codes) -> torch.Tensor:
    """Logits [N, 1 + K, B] of the whole sequence at once, without a cache."""
    tokens = torch.cat([torch.zeros(ROWS, T + 1, dtype=torch.long), dots[:, None], codes[:, :-1]], 1)
    hidden, _ = model.hidden(tokens, torch.arange(T + 1 + K)[None].expand(ROWS, -1), **told)
    return torch.cat([model.dot_head(hidden[:, T : T + 1]), model.code_head(hidden[:, T + 1 :])], 1)


def test_a_code_at_a_time_gives_the_logits_of_the_whole_sequence_whatever_the_cache_held(model):
    generator = torch.Generator().manual_seed(1)
    dots, codes = torch.randint(B, (ROWS,), generator=generator), torch.randint(B, (ROWS, K), generator=generator)
    told = text()
    expected = whole(model, told, dots, codes)
    past, call = 9 * torch.ones(ROWS, 4, T + 1 + K, 16), call_of(model, told)
    tokens, position = torch.zeros(ROWS, T + 1, dtype=torch.long), 0
    for i in range(1 + K):
        logits, present = call(tokens, position, past)
        assert torch.allclose(logits, expected[:, i], atol=1e-5), i
        past[:, :, position : position + tokens.shape[1]] = present
        position += tokens.shape[1]
        tokens = (dots if i == 0 else codes[:, i - 1])[:, None]


def test_rows_may_stand_at_different_places(model):
    told, past = text(), torch.randn(ROWS, 4, T + 1 + K, 16)
    tokens = torch.tensor([[3], [5], [1]])
    places = torch.tensor([T + 1.0, T + 3.0, T + 2.0])
    together, _ = model(codes=tokens, position=places, past=past, **told)
    for row in range(ROWS):
        one = {name: value[row : row + 1] for name, value in told.items()}
        alone, _ = model(codes=tokens[row : row + 1], position=places[row : row + 1], past=past[row : row + 1], **one)
        assert torch.allclose(alone[0], together[row], atol=1e-5)


def test_no_place_sees_what_is_behind_it(model):
    told, dots, codes = text(), torch.tensor([1, 2, 3]), torch.zeros(ROWS, K, dtype=torch.long)
    before = whole(model, told, dots, codes)
    codes[:, 2] = 7
    after = whole(model, told, dots, codes)
    assert torch.equal(before[:, :4], after[:, :4]) and not torch.allclose(before[:, 4], after[:, 4])


def test_padding_of_a_caption_changes_nothing_and_a_dropped_caption_is_not_seen_at_all(model):
    told, dots, codes = text(), torch.tensor([1, 2, 3]), torch.zeros(ROWS, K, dtype=torch.long)
    padded = told | {"text_states": told["text_states"] + (1 - told["text_mask"])[..., None]}
    assert torch.allclose(whole(model, told, dots, codes), whole(model, padded, dots, codes), atol=1e-6)
    one, other = (whole(model, text(seed=s, keep=0.0), dots, codes) for s in (0, 1))
    assert torch.equal(one, other)
    assert not torch.allclose(one, whole(model, told, dots, codes), atol=1e-2)


def test_the_loss_leaves_out_only_places_that_nothing_sees(model):
    told, dots, codes = text(2), torch.tensor([1, 2]), torch.randint(B, (2, K))
    batch = TextBatch(told["text_embedding"], told["text_states"], told["text_mask"])  # at most 5 tokens of 7
    of_dot, of_codes = code_losses(model, codes, dots, batch, told["keep_text"])
    tokens = torch.cat([torch.zeros(2, T + 1, dtype=torch.long), dots[:, None], codes[:, :-1]], 1)
    hidden, _ = model.hidden(tokens, torch.arange(T + 1 + K)[None].expand(2, -1), **told)
    expected = model.code_head(hidden[:, T + 1 :]).log_softmax(-1).gather(2, codes[..., None])[..., 0]
    assert torch.allclose(of_codes, -expected, atol=1e-5)
    expected = model.dot_head(hidden[:, T]).log_softmax(-1).gather(1, dots[:, None])[:, 0]
    assert torch.allclose(of_dot, -expected, atol=1e-5)


def test_draws_invert_the_cumulative_distribution():
    logits = np.log(np.array([[0.1, 0.2, 0.3, 0.4]]))
    draw = lambda u, *more: int(draw_bucket(logits, np.array([u]), *more)[0])
    assert [draw(u, 1.0) for u in (1e-9, 0.09, 0.11, 0.29, 0.31, 0.59, 0.61, 1 - 1e-12)] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert [draw(u, 1.0, 0.5) for u in (1e-9, 0.19, 0.21, 0.99)] == [2, 2, 3, 3]  # 0.5, 0.595, 0.605, 0.995
    assert draw(1e-9, 0.0) == 3 and draw(0.4, 0.01) == 3
    assert draw_bucket(logits.repeat(2, 0), np.array([0.05, 0.95]), 1.0).tolist() == [0, 3]


def test_a_row_of_samples_depends_on_its_seed_and_its_caption_alone(model):
    def sampled(rows, seeds):
        told = {name: value[rows] for name, value in text().items()}
        both = {name: torch.cat([value, value]) for name, value in told.items()}
        both["keep_text"] = torch.cat([torch.zeros(len(rows)), torch.ones(len(rows))])
        sizes = {"caption_length": T, "codes": K, "past": (4, 16)}
        return sample_codes(call_of(model, both), **sizes, seeds=seeds, scale=1.5)

    dots, codes = sampled([0, 1, 2], [5, 6, 7])
    assert codes.shape == (3, K) and 0 <= codes.min() and codes.max() < B
    dot, code = sampled([2], [7])
    assert dot[0] == dots[2] and np.array_equal(code[0], codes[2])
    _, other = sampled([2], [8])
    assert not np.array_equal(other, code)


def test_uniform_draws_are_those_of_which_normals_are_made():
    uniform = uniform_noise(10, seed=3, purpose=PURPOSE["prior"], step=2)
    assert np.array_equal(uniform[:5], uniform_noise(5, seed=3, purpose=PURPOSE["prior"], step=2))
    normal = np.sqrt(-2 * np.log(uniform[0])) * np.cos(2 * np.pi * uniform[1])
    assert np.float32(normal) == gaussian_noise((1,), seed=3, purpose=PURPOSE["prior"], step=2)[0]
    many = uniform_noise(100_000, seed=1, purpose=5)
    assert 0 < many.min() and many.max() < 1 and abs(many.mean() - 0.5) < 5e-3


def test_a_fresh_table_has_neighbours_alike():
    torch.manual_seed(0)
    table = torch.nn.functional.normalize(smooth_table(64, 32), dim=1)
    cosines = table @ table.T
    assert cosines.diagonal(1).mean() > 0.9 > 0.4 > cosines.diagonal(20).mean()
