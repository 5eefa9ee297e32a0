"""Teachers draw as the pack does, and a student that has nothing to learn has no loss."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from training.judge.pack_runtime import Pack, Way
from training.paths import CONFIGS, RANDOM_PACK, TOYBOX
from training.read_config import ConfigError, read_config
from training.train.config import TurboConfig
from training.train.diffusion.sampling import counted_noise
from training.train.diffusion.trajectories import KeptTrajectories
from training.train.loop import make_step
from training.train.networks.low_rank import LowRankStudent
from training.train.teachers import Captions, decoder_teacher, prior_teacher
from training.train.turbo import TurboTrainer, likeness

WAY = (999, 599, 199)


def config(name: str, folder=None, **changes) -> TurboConfig:
    settings = read_config(CONFIGS / f"turbo-{name}.json", TurboConfig)
    kept = {"data": str(folder), "trajectories": 16} if folder else {}
    return dataclasses.replace(settings, teacher_timesteps=WAY, **kept, **changes)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack(TOYBOX, 1)


def test_the_decoder_that_teaches_draws_as_the_pack_does(pack, tmp_path):
    settings = config("decoder", tmp_path)
    teacher, numbers = decoder_teacher(settings, "cpu"), [0, 1, 2]
    assert [t for t in (999, 849, 599, 299, 199) if teacher.guides(t)] == [849, 599, 299]
    texts = ["" if Captions(settings, None).dropped(n) else Captions(settings, None).full(n) for n in numbers]
    found = teacher.states(numbers, WAY, (599,))
    z = torch.from_numpy(np.load(tmp_path / "embeddings/000000.npy")[0, :3].astype(np.float32))
    expected = pack.decode(z, pack.guided_text(texts), numbers, way=Way("dpm++2m", [*WAY], settings.guidance_interval))
    assert found.shape == (2, 3, 3, 64, 64) and (found[1] - expected).square().mean().sqrt() < 0.02  # bfloat16


def test_the_prior_that_teaches_guesses_as_the_pack_does(pack):
    teacher, numbers = prior_teacher(config("prior", drop_text=0.0), "cpu"), [4, 5]
    captions = [Captions(teacher.config, None).full(n) for n in numbers]
    assert len({*captions}) == 2 and captions == [Captions(teacher.config, None).full(n) for n in numbers]
    x, text = counted_noise("prior", teacher.shape, numbers, 0), pack.guided_text(captions)
    output = pack.run("prior", sample=torch.cat([x, x]), timestep=torch.full((4,), 599.0), **text)[0]
    unguided, conditional = output.chunk(2)
    with torch.no_grad():
        found = teacher.x0(x, 599, *teacher.told(numbers))
    expected = (unguided + 2 * (conditional - unguided)).clamp(-4, 4)
    assert (found - expected).square().mean().sqrt() < 0.05  # bfloat16


@pytest.mark.parametrize(
    "change",
    [
        {"guidance_scale": 3.0},
        {"guidance_interval": (0.0, 0.5)},
        {"seed": 5},
        {"drop_text": 0.5},
        {"pack": str(RANDOM_PACK)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_settings_of_a_teacher_that_draws_otherwise_are_others(change):
    teacher = prior_teacher(config("prior"), "cpu")
    settings = lambda teacher, kept=(999,): teacher.settings(WAY, kept)
    changed = dataclasses.replace(teacher, config=dataclasses.replace(teacher.config, **change))
    assert settings(changed) != settings(teacher) == settings(prior_teacher(config("prior"), "cpu"))
    assert settings(teacher, (999, 599)) != settings(teacher, (999, 199))
    assert teacher.settings((999, 599), (999,)) != teacher.settings((999, 599, 199), (999,))


def test_embeddings_of_a_prior_that_draws_otherwise_are_refused(tmp_path):
    """A decoder's run knows by what settings its embeddings were drawn, the caption's seed among them."""
    decoder_teacher(config("decoder", tmp_path), "cpu")
    with pytest.raises(ValueError, match="embeddings was made with seed"):
        decoder_teacher(config("decoder", tmp_path, seed=5), "cpu")


def test_a_student_that_does_not_start_from_noise_is_refused():
    with pytest.raises(ConfigError, match="must begin with the first of teacher_timesteps"):
        config("prior", timesteps=(599, 199))


def test_captions_are_dropped_in_their_share():
    dropped = [Captions(config("decoder", drop_text=0.25), None).dropped(n) for n in range(400)]
    assert 70 < sum(dropped) < 130


def test_a_student_of_as_many_steps_without_guidance_has_nothing_to_learn(tmp_path):
    """The first step of the solver is one of DDIM, and the last is the guess itself."""
    settings = config("prior", tmp_path, timesteps=(999, 599), guidance_scale=1.0, batch=4)
    settings = dataclasses.replace(settings, teacher_timesteps=(999, 599))
    teacher = prior_teacher(settings, "cpu")
    student = LowRankStudent(teacher.network, 2)
    run = SimpleNamespace(modules={"prior": student}, averages={"prior": student})
    compute = lambda numbers: teacher.states(numbers, (999, 599), (999, 599))
    kept = KeptTrajectories(tmp_path / "prior", {}, compute)
    trainer = TurboTrainer(settings, teacher, kept, run)
    result = trainer.loss_of_step(make_step(0, 0, 0.0))
    assert result.samples == 8 and 0 <= result.loss.item() < 1e-3
    other = KeptTrajectories(tmp_path / "other", {}, lambda numbers: compute(numbers).roll(1, 1))
    guided = dataclasses.replace(trainer, kept=other)
    assert guided.loss_of_step(make_step(0, 0, 0.0)).loss.item() > 0.1


def test_likeness_is_in_decibels_for_pictures_and_a_cosine_for_embeddings():
    assert likeness(torch.zeros(1, 3, 2, 2), torch.full((1, 3, 2, 2), 0.2)) == "20.00 dB"
    assert likeness(torch.tensor([[2.0, 0.0]]), torch.tensor([[1.0, 0.0]])) == "cosine 1.0000"
