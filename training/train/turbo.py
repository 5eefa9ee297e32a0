"""Distils the pack's decoder, or its prior, to a few steps without guidance.

    python -m training.train.turbo [--config training/configs/turbo-prior.json] [--resume] [--stop-after MINUTES]

The teacher is what the pack does by itself: DPM-Solver++(2M), guided. The student begins with the teacher's weights and
learns the steps of DDIM (eta 0) that lead from one of the teacher's states to a later one, over several of its steps at
once and with its guidance in them (Salimans and Ho 2022, progressive distillation in one go; Meng et al. 2023, guidance
at one scale). Some of the samples go on from where the student's own step has led, so that it learns to come back.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.utils import parametrize

from training.data.png import contact_sheet, write_png
from training.paths import TRAINING
from training.train.command_line import parse_arguments
from training.train.config import TurboConfig
from training.train.decoder import edge_loss
from training.train.diffusion.trajectories import BLOCK, KeptTrajectories, ddim_step, levels, wanted_x0
from training.train.loop import Run, Step, StepLoss, mark_done
from training.train.networks.low_rank import LowRankStudent
from training.train.teachers import TEACHERS, Teacher

SHEET_SAMPLES = 16
IN_A_ROW = 8


@dataclass(frozen=True)
class TurboTrainer:
    """The loss and the sheets of one run."""

    config: TurboConfig
    teacher: Teacher
    kept: KeptTrajectories
    run: Run

    def loss_of_step(self, step: Step) -> StepLoss:
        """Mean square of the velocity by which each step of the student misses the teacher's state, and its edges."""
        config, teacher = self.config, self.teacher
        student = self.run.modules[teacher.name].model
        at_hand = min(config.trajectories, BLOCK + config.fresh * step.number)
        numbers = step.rng.integers(at_hand, size=config.batch)
        goals = self.kept.draw(numbers).to(teacher.device)
        with torch.no_grad():
            _, told = teacher.told(numbers.tolist())
        own = torch.from_numpy(step.rng.random(config.batch) < config.own_share).to(teacher.device)
        own = own.reshape(-1, *[1] * len(teacher.shape))

        x, total, parts = goals[0], 0.0, {}
        with parametrize.cached():
            for i, (t, after) in enumerate(self.steps()):
                x0 = teacher.guess(student, x, t, told)
                wanted = wanted_x0(teacher.alpha_bar, x, goals[i + 1], t, after)
                error = (x0 - wanted) / levels(teacher.alpha_bar, t)[1]
                edges = edge_loss(error) if error.ndim == 4 else error.new_zeros(())
                total = total + error.square().mean() + config.edge_weight * edges
                parts[f"t{t}"] = error.square().mean().detach()
                come = ddim_step(teacher.alpha_bar, x, x0.detach().clamp(-teacher.clip, teacher.clip), t, after)
                x = torch.where(own, come, goals[i + 1])
        return StepLoss(total / len(config.timesteps), config.batch * len(config.timesteps), parts)

    def steps(self) -> list[tuple[int, int | None]]:
        """Each of the student's timesteps with the next, None after the last."""
        timesteps = self.config.timesteps
        return [*zip(timesteps, [*timesteps[1:], None], strict=True)]

    @torch.no_grad()
    def drawn(self, guess, noise: Tensor) -> Tensor:
        """What `guess(x, t)` comes to in the student's steps."""
        x = noise
        for t, after in self.steps():
            x0 = guess(x, t).clamp(-self.teacher.clip, self.teacher.clip)
            x = ddim_step(self.teacher.alpha_bar, x, x0, t, after)
        return x.cpu()

    @torch.no_grad()
    def on_sheet(self, label: str) -> None:
        """How far the student is from the teacher's results on captions that it never saw (`drop_text` of them dropped,
        as in training), and how far the teacher is in as few steps; of pictures a sheet: the teacher's, the student's,
        the teacher's in as few steps."""
        teacher, student = self.teacher, self.run.averages[self.teacher.name].model
        numbers = [self.config.trajectories + i for i in range(SHEET_SAMPLES)]
        first, *_, result = self.kept.draw(np.array(numbers))
        blank, told = teacher.told(numbers)
        noise = first.to(teacher.device)
        ours = self.drawn(lambda x, t: teacher.guess(student, x, t, told), noise)
        hurried = self.drawn(lambda x, t: teacher.x0(x, t, blank, told), noise)
        print(
            f"sheet {label}: {likeness(ours, result)}; the teacher in as few steps: {likeness(hurried, result)}",
            flush=True,
        )
        if result.ndim == 4:
            rows = [
                row for trio in zip(*(s.split(IN_A_ROW) for s in (result, ours, hurried)), strict=True) for row in trio
            ]
            write_png(self.run.out / "sheets" / f"{label}.png", contact_sheet(rows, scale=2))


def likeness(found: Tensor, expected: Tensor) -> str:
    """Of pictures the PSNR, of embeddings the mean cosine."""
    if expected.ndim == 4:
        return f"{10 * torch.log10(4 / (found - expected).square().mean()):.2f} dB"
    return f"cosine {F.cosine_similarity(found, expected).mean():.4f}"


def main() -> None:
    """Trains the student that the command line and the configuration name."""
    arguments, config = parse_arguments(__doc__, "turbo-decoder.json", TurboConfig)
    teacher = TEACHERS[config.teacher](config, arguments.device)
    student = LowRankStudent(teacher.network, config.rank).to(arguments.device)
    kept = KeptTrajectories(
        TRAINING / config.data / teacher.name,
        teacher.settings(config.teacher_timesteps, config.timesteps),
        lambda numbers: teacher.states(numbers, config.teacher_timesteps, config.timesteps),
    )
    run = Run({teacher.name: student}, config, arguments)
    trainer = TurboTrainer(config, teacher, kept, run)
    if run.train(trainer.loss_of_step, trainer.on_sheet):
        mark_done(arguments.out)


if __name__ == "__main__":
    main()
