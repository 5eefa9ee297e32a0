"""A pack run by onnxruntime in Python: the whole chain, as the product runs it."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from training.export.pack import finisher_of, only
from training.train.diffusion.sampling import counted_noise, dpm_solver, guided, make_scheduler, sample
from training.train.diffusion.schedule import alpha_bar_table
from training.train.sample_codes import Call, sample_codes

TIMESTEPS = 1000


@dataclass(frozen=True)
class Way:
    """How a decoder is sampled: by "ddpm" or "dpm++2m", at which timesteps, and from where to where it is guided, as
    shares of the noise schedule (0 is pure noise)."""

    sampler: str
    timesteps: list[int]
    interval: tuple[float, float] = (0, 1)

    def guides(self, t: int) -> bool:
        """Whether the step from timestep t is guided, and so takes two rows."""
        return self.interval[0] <= (TIMESTEPS - 1 - t) / (TIMESTEPS - 1) <= self.interval[1]

    def rows(self) -> int:
        """Rows of the network that a picture takes."""
        return sum(1 + self.guides(t) for t in self.timesteps)


def own_way(section: dict) -> Way:
    """How a manifest says that its decoder is sampled."""
    scheduler, defaults = section["scheduler"], section["defaults"]
    sampler, timesteps = scheduler.get("sampler", "ddpm"), scheduler.get("timesteps", [])
    if len(timesteps) != defaults["steps"]:
        timesteps = spaced(defaults["steps"], sampler)
    return Way(sampler, timesteps, tuple(defaults.get("guidanceInterval", (0, 1))))


def spaced(steps: int, sampler: str) -> list[int]:
    """Timesteps spaced as unCLIP does, both ends among them; DPM-Solver++ leaves out the last of one more."""
    early = int(sampler == "dpm++2m")
    return np.linspace(TIMESTEPS - 1, 0, steps + early).round().astype(int).tolist()[: steps or None]


def draw_2m(scheduler: dict, timesteps: list[int], x_T: torch.Tensor, predict) -> torch.Tensor:
    """Samples by DPM-Solver++(2M) from noise, for a network that predicts epsilon, as `sample` does by ddpm."""
    alpha_bar = alpha_bar_table().double().numpy()

    def clipped_x0(x: np.ndarray, t: int) -> np.ndarray:
        output = predict(torch.from_numpy(x).float(), t, t == timesteps[-1])[:, : x.shape[1]].double().numpy()
        x0 = (x - np.sqrt(1 - alpha_bar[t]) * output) / np.sqrt(alpha_bar[t])
        return np.clip(x0, -scheduler["clip"], scheduler["clip"])

    return torch.from_numpy(dpm_solver(alpha_bar, timesteps, x_T.double().numpy(), clipped_x0)).float()


class Pack:
    """The stages of the pack in `folder`; sessions open on first use."""

    def __init__(self, folder: Path, threads: int = 0):
        self.folder, self.manifest = Path(folder), json.loads((Path(folder) / "manifest.json").read_text())
        self.stages, self.sessions = self.manifest["stages"], {}
        self.text = only(self.manifest["texts"])
        self.tokenizer = Tokenizer.from_file(str(self.folder / self.text["tokenizer"]["file"]))
        self.options = onnxruntime.SessionOptions()
        self.options.intra_op_num_threads = threads

    def run(self, stage: str, **feeds) -> list[torch.Tensor]:
        """One call of `stage` with all that it could be told, of which its graph takes what it declares."""
        if stage not in self.sessions:
            self.sessions[stage] = onnxruntime.InferenceSession(
                str(self.folder / self.stages[stage]["file"]), self.options, providers=["CPUExecutionProvider"]
            )
        session, renamed = self.sessions[stage], self.stages[stage].get("inputs", {})
        declared = {i.name: feeds[renamed.get(i.name, i.name)].numpy() for i in session.get_inputs()}
        return [torch.from_numpy(output) for output in session.run(None, declared)]

    def encode_text(self, captions: list[str]) -> dict[str, torch.Tensor]:
        """Embedding, states and mask of the captions."""
        length, names = self.text["contextLength"], self.text["tokenizer"]
        bos, eos, pad = (self.tokenizer.token_to_id(names[k]) for k in ("bos", "eos", "pad"))
        rows = [[bos, *self.tokenizer.encode(c, add_special_tokens=False).ids[: length - 2], eos] for c in captions]
        ids = torch.tensor([row + [pad] * (length - len(row)) for row in rows], dtype=torch.int32)
        mask = torch.tensor([[1.0] * len(row) + [0.0] * (length - len(row)) for row in rows])
        embedding, states = self.run("clip-text", ids=ids)
        return {"text_embedding": embedding, "text_states": states, "text_mask": mask}

    def guided_text(self, captions: list[str]) -> dict[str, torch.Tensor]:
        """The encodings of "" for every caption, then those of the captions: 2N rows."""
        text, blank = self.encode_text(captions), self.encode_text([""])
        return {k: torch.cat([blank[k].expand_as(v), v]) for k, v in text.items()}

    def encode_image(self, images: torch.Tensor) -> torch.Tensor:
        """Embeddings [N, D] of images [N, 3, 64, 64] in [-1, 1]."""
        return torch.cat([self.run("clip-image", image=part)[0] for part in images.contiguous().split(100)])

    def null_embedding(self, rows: int) -> torch.Tensor:
        """What stands for no image embedding, [rows, D]."""
        return torch.tensor(self.stages["decoder-condition"]["nullImageEmbedding"]).expand(rows, -1)

    def prior(self, text: dict, seeds: list[int], scale: float | None = None, steps: int | None = None) -> torch.Tensor:
        """Image embeddings [N, D] for `guided_text` rows."""
        section = self.stages["prior"]
        scale, steps = scale or section["defaults"]["guidanceScale"], steps or section["defaults"]["steps"]

        def predict(x, t, last):
            output = self.run("prior", sample=torch.cat([x, x]), timestep=torch.full((2 * len(x),), float(t)), **text)[
                0
            ]
            return guided(*output.chunk(2), scale)

        z = sample(
            "prior",
            make_scheduler(section["scheduler"]),
            steps,
            (only(self.manifest["spaces"])["dimension"],),
            seeds,
            predict,
        )
        return z * torch.tensor(section["normalisation"]["std"]) + torch.tensor(section["normalisation"]["mean"])

    def draw_codes(
        self,
        text: dict,
        seeds: list[int],
        scale: float | None = None,
        temperature: float | None = None,
        top_fraction: float | None = None,
        call: Call | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The bucket of z_i . z_t [N] and codes [N, K] of the autoregressive prior for `guided_text` rows.

        `call` takes the place of the pack's own graph.
        """
        section = self.stages["autoregressive-prior"]
        or_default = lambda value, name: section["defaults"][name] if value is None else value
        rows = self.autoregressive_rows(text)

        def own_call(codes: torch.Tensor, position: int, past: torch.Tensor) -> list[torch.Tensor]:
            places = torch.full((len(codes),), float(position))
            return self.run("autoregressive-prior", codes=codes, position=places, past=past, **rows)

        return sample_codes(
            call or own_call,
            caption_length=self.text["contextLength"],
            codes=section["codes"],
            past=(2 * section["layers"], section["width"]),
            seeds=seeds,
            scale=or_default(scale, "guidanceScale"),
            temperature=or_default(temperature, "temperature"),
            top_fraction=or_default(top_fraction, "topFraction"),
        )

    def autoregressive_rows(self, text: dict) -> dict[str, torch.Tensor]:
        """What the autoregressive prior is told of `guided_text` rows: captions of the unguided half do not count."""
        count = len(text["text_embedding"]) // 2
        return text | {"keep_text": torch.cat([torch.zeros(count), torch.ones(count)])}

    def decode(
        self, z: torch.Tensor, text: dict, seeds: list[int], scale: float | None = None, way: Way | None = None
    ) -> torch.Tensor:
        """Images [N, 3, S, S] in [-1, 1] for image embeddings and `guided_text` rows, the pack's own way or another."""
        section = self.stages["decoder"]
        way, scale = way or own_way(section), scale or section["defaults"]["guidanceScale"]
        context, time = self.run(
            "decoder-condition",
            image_embedding=torch.cat([self.null_embedding(len(z)), z]),
            text_embedding=text["text_embedding"],
            text_states=text["text_states"],
        )
        mask = F.pad(text["text_mask"], (context.shape[1] - text["text_mask"].shape[1], 0), value=1.0)

        def predict(x, t, last):
            whole = way.guides(t)
            rows = slice(None) if whole else slice(len(x), None)  # the conditional rows alone
            output = self.run(
                "decoder",
                sample=torch.cat([x, x])[rows],
                timestep=torch.full((2 * len(x),), float(t))[rows],
                context=context[rows],
                time=time[rows],
                context_mask=mask[rows],
            )[0]
            return guided(*output.chunk(2), scale, channels=3) if whole else output

        scheduler, shape = section["scheduler"], (3, section["sample"]["size"], section["sample"]["size"])
        if way.sampler == "ddpm":
            drawn = sample("decoder", make_scheduler(scheduler), len(way.timesteps), shape, seeds, predict)
        else:
            drawn = draw_2m(scheduler, way.timesteps, counted_noise("decoder", shape, seeds, 0), predict)
        return drawn.clamp(-1, 1)

    def upsample(self, stage: str, image: torch.Tensor, seeds: list[int], steps: int | None = None) -> torch.Tensor:
        """Images [N, 3, size, size] in [-1, 1] from smaller ones."""
        section = self.stages[stage]
        size, finisher = section["sample"]["size"], finisher_of(self.stages, stage)
        condition = F.interpolate(image, size=[size, size], mode="bicubic", align_corners=False, antialias=True)

        def predict(x, t, last):
            return self.run(
                finisher if last and finisher else stage,
                sample=x,
                condition=condition,
                timestep=torch.full((len(x),), float(t)),
            )[0]

        return sample(
            stage,
            make_scheduler(section["scheduler"]),
            steps or section["defaults"]["steps"],
            (3, size, size),
            seeds,
            predict,
        ).clamp(-1, 1)
