"""Trains the decoder at 64 px together with the projections of CLIP's embeddings (UnCLIPTextProjModel).

    python -m training.train.decoder [--init FOLDER] [--resume] [--stop-after MINUTES]

Epsilon by way of velocity, learned variance range; z dropped 10 % for the learned null embedding, the caption
50 % for "" (Ramesh et al. 2022, section 2.1). Continue from a run folder or from a pack with --init, also from a
decoder that has fewer outputs, no head or fewer attentions.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.pipelines.deprecated.unclip import UnCLIPTextProjModel
from torch import Tensor

from training.data.attributes import RELATIONS
from training.data.dataset import SceneData, load_scenes
from training.data.png import contact_sheet, write_png
from training.paths import TRAINING
from training.train.command_line import parse_arguments
from training.train.config import DecoderConfig
from training.train.diffusion.sampling import guided, make_scheduler, sample
from training.train.diffusion.schedule import add_noise, alpha_bar_table, learned_range_kl, sample_timesteps, spread
from training.train.encoded_scenes import EncodedScenes
from training.train.frozen_clip import FrozenClip, TextBatch, show_and_tell
from training.train.loop import Run, Step, StepLoss, half_precision, mark_done
from training.train.networks.unclip_models import PixelUnshuffleUNet2DConditionModel
from training.train.networks.weights import grow_weights, load_weights

SHEET_PICTURES = 8
STATISTICS_SCENES = 512  # by which fresh projections are standardised


def build(config: DecoderConfig) -> tuple[PixelUnshuffleUNet2DConditionModel, UnCLIPTextProjModel]:
    """Fresh decoder and projections; the last convolution starts at zero."""
    decoder = PixelUnshuffleUNet2DConditionModel(**asdict(config.decoder))
    torch.nn.init.zeros_(decoder.net.conv_out.weight)
    torch.nn.init.zeros_(decoder.net.conv_out.bias)
    return decoder, UnCLIPTextProjModel(**asdict(config.condition))


@torch.no_grad()
def standardise_inputs(condition: UnCLIPTextProjModel, image: Tensor, text: Tensor) -> None:
    """Scales the fresh projections so that they see raw embeddings as if standardised; the null starts at the mean."""
    for layer, embedding in (
        (condition.embedding_proj, text),
        (condition.clip_image_embeddings_project_to_time_embeddings, image),
        (condition.clip_extra_context_tokens_proj, image),
    ):
        mean, std = embedding.mean(0), embedding.std(0).clamp(min=1e-3)
        layer.weight.div_(std)
        layer.bias.sub_(layer.weight @ mean)
    condition.learned_classifier_free_guidance_embeddings.copy_(image.mean(0))


@torch.no_grad()
def load_null(condition: UnCLIPTextProjModel, manifest: Path) -> None:
    """The learned null embedding from a pack's manifest."""
    values = json.loads(manifest.read_text())["stages"]["decoder-condition"]["nullImageEmbedding"]
    condition.learned_classifier_free_guidance_embeddings.copy_(torch.tensor(values))


def begin_with(folder: Path, decoder: PixelUnshuffleUNet2DConditionModel, condition: UnCLIPTextProjModel) -> list[str]:
    """Takes the weights from the folder of a run or of a pack, which keeps the null embedding in its manifest.

    Returns the names of the decoder's parameters that are not there; it draws as if they were not here either.
    """
    new = grow_weights(decoder, folder, "decoder")
    decoder.silence(new)
    load_weights(condition, folder, "decoder-condition")
    if (folder / "manifest.json").exists():
        load_null(condition, folder / "manifest.json")
    return new


def favoured_rows(scenes: SceneData, relations: tuple[str, ...]) -> np.ndarray:
    """The scenes of these relations; those of a relation that is named twice come twice."""
    relation = scenes.column("relation")
    return np.concatenate([(relation == RELATIONS.index(name)).nonzero()[0] for name in relations])


def project(condition: UnCLIPTextProjModel, z: Tensor, text: TextBatch) -> tuple[Tensor, Tensor, Tensor]:
    """Context, time addition and mask of a batch, as `UnCLIPPipeline` forms them."""
    context, time = condition(
        image_embeddings=z,
        prompt_embeds=text.embedding,
        text_encoder_hidden_states=text.states,
        do_classifier_free_guidance=False,
    )
    image_tokens = context.shape[1] - text.mask.shape[1]
    return context, time, F.pad(text.mask, (image_tokens, 0), value=1.0)


def stride_back(t: Tensor, strides: tuple[int, int], generator: torch.Generator) -> Tensor:
    """Where a sampler's step from t might end, [N]: never past 0, -1 from 0 itself."""
    shortest, longest = strides
    stride = torch.randint(shortest, longest + 1, t.shape, generator=generator)
    return torch.where(t > 0, (t - stride).clamp(min=0), -1)


def where_kept(kept: Tensor, text: TextBatch, blank: TextBatch) -> TextBatch:
    """The rows of `text` that are kept [N], and `blank`'s one row in place of the others."""
    pairs = zip(vars(text).values(), vars(blank).values(), strict=True)
    return TextBatch(*(torch.where(spread(kept, told), told, nothing) for told, nothing in pairs))


def edge_loss(error: Tensor) -> Tensor:
    """Mean square of the differences between neighbouring pixels of `error` [N, 3, S, S]: an even error costs nothing,
    one that alternates most.
    """
    return error.diff(dim=-1).square().mean() + error.diff(dim=-2).square().mean()


@dataclass(frozen=True)
class DecoderTrainer:
    """The loss and the sheets of one run."""

    config: DecoderConfig
    device: str
    clip: FrozenClip
    scenes: EncodedScenes
    blank: TextBatch  # of "", one row
    favoured: np.ndarray  # rows of scenes that are drawn more often
    held_out: SceneData
    run: Run
    alpha_bar: Tensor

    def loss_of_step(self, step: Step) -> StepLoss:
        """Mean square of the velocity and of its edges, and the divergence from which only the variance learns."""
        config, rng, generator, device = self.config, step.rng, step.generator, self.device
        decoder, condition = self.run.modules["decoder"], self.run.modules["decoder-condition"]

        # A batch. At half the size a sample costs a quarter, and what it teaches (layout, colour, conditions) carries
        # over.
        half = step.progress < config.half_size_share
        count = config.half_size_batch if half else config.batch
        rows = self.scenes.scenes.draw(count, rng, self.favoured, config.favoured_share)
        images, z, text = self.scenes.draw(rows, rng)

        # Conditions, some of them dropped.
        kept = lambda dropped: torch.from_numpy(rng.random(count) >= dropped).to(device)
        text = where_kept(kept(config.drop_text), text, self.blank)
        null = condition.learned_classifier_free_guidance_embeddings[None]
        z = torch.where(kept(config.drop_image)[:, None], z, null)

        # Noise, drawn where it is needed: for a large batch the CPU would take longer than a GPU for the step.
        images = F.avg_pool2d(images, 2) if half else images
        t = sample_timesteps(count, generator=generator, **asdict(config.timesteps))
        previous, t = stride_back(t, config.variance_strides, generator).to(device), t.to(device)
        a = self.alpha_bar[t]
        on_device = torch.Generator(device).manual_seed(int(rng.integers(2**63)))
        noise = torch.randn(images.shape, generator=on_device, device=device)
        x_t = add_noise(images, noise, a)

        # The network's velocity and variance.
        with half_precision(device):
            context, time, mask = project(condition, z, text)
            v, interpolation = decoder.inner_output(x_t, t, context, time, mask)
        a = spread(a, images)
        error = v - (a.sqrt() * noise - (1 - a).sqrt() * images)
        predicted_x0 = a.sqrt() * x_t - (1 - a).sqrt() * v
        kl = learned_range_kl(images, x_t, predicted_x0.detach(), interpolation, t, previous, self.alpha_bar).mean()
        squared, edges = error.square().mean(), edge_loss(error)
        total = squared + config.edge_weight * edges + config.variance_weight * kl
        return StepLoss(total, count, {"v": squared.detach(), "edges": edges.detach(), "kl": kl.detach()})

    @torch.no_grad()
    def on_sheet(self, label: str) -> None:
        """Held-out pictures; samples from their embedding and caption, and from the caption alone."""
        condition = self.run.averages["decoder-condition"]
        count = SHEET_PICTURES
        pictures, captions = show_and_tell(self.held_out, np.arange(count), np.random.default_rng(1), self.device)
        z, text = self.clip.encode_image(pictures), self.clip.encode_text(captions)
        blank = self.clip.encode_text([""] * count)
        null = condition.learned_classifier_free_guidance_embeddings[None].expand(count, -1)
        unguided = project(condition, null, blank)
        rows = [pictures.cpu(), *(self.sampled(unguided, project(condition, image, text)) for image in (z, null))]
        write_png(self.run.out / "sheets" / f"{label}.png", contact_sheet(rows, scale=2))
        print(f"sheet {label}: " + " | ".join(captions), flush=True)

    def sampled(self, unguided: tuple[Tensor, ...], conditional: tuple[Tensor, ...]) -> Tensor:
        """Pictures [SHEET_PICTURES, 3, S, S] for what `project` made, with classifier-free guidance."""
        config, decoder = self.config, self.run.averages["decoder"]
        context, time, mask = (torch.cat(pair) for pair in zip(unguided, conditional, strict=True))

        def predict(x: Tensor, t: int, last: bool) -> Tensor:
            both = torch.cat([x, x]).to(self.device)
            with half_precision(self.device):
                output = decoder(both, t, context, class_labels=time, attention_mask=mask).sample
            return guided(*output.float().cpu().chunk(2), config.guidance_scale, channels=3)

        scheduler, side = make_scheduler(asdict(config.scheduler)), config.decoder.sample_size
        return sample("decoder", scheduler, config.sheet_steps, (3, side, side), list(range(SHEET_PICTURES)), predict)


def main() -> None:
    arguments, config = parse_arguments(__doc__, "decoder.json", DecoderConfig)
    device = arguments.device

    # Data: pictures with attributes and captions; embeddings come from the trained CLIP.
    folder = TRAINING / config.data
    scenes, held_out = load_scenes(folder), load_scenes(folder, "validation", SHEET_PICTURES)
    favoured = favoured_rows(scenes, config.favoured_relations)
    clip = FrozenClip(TRAINING / config.clip, device)

    # Networks: fresh ones see embeddings as if standardised.
    decoder, condition = build(config)
    if arguments.init:
        if new := begin_with(arguments.init, decoder, condition):
            print(f"{len(new)} parameters that {arguments.init} lacks begin afresh: {', '.join(new)}", flush=True)
    else:
        first = np.arange(min(STATISTICS_SCENES, len(scenes.images)))
        images, captions = show_and_tell(scenes, first, np.random.default_rng(0), device)
        standardise_inputs(condition, clip.encode_image(images).cpu(), clip.encode_text(captions).embedding.cpu())
    decoder.to(device, memory_format=torch.channels_last)
    condition.to(device)

    # Training.
    run = Run({"decoder": decoder, "decoder-condition": condition}, config, arguments)
    if device.startswith("cuda"):
        # A GPU waits for the many small kernels of a step; fused, it takes half the time. On a CPU it gains a tenth.
        decoder.net.compile()
    encoded, blank = EncodedScenes(scenes, clip, config.captions, config.seed), clip.encode_text([""])
    alpha_bar = alpha_bar_table().to(device)
    trainer = DecoderTrainer(config, device, clip, encoded, blank, favoured, held_out, run, alpha_bar)
    if run.train(trainer.loss_of_step, trainer.on_sheet):
        mark_done(arguments.out)


if __name__ == "__main__":
    main()
