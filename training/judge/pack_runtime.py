"""A pack run by onnxruntime in Python: the whole chain, as the product runs it."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from training.export.pack import finisher_of, only
from training.train.diffusion.sampling import guided, make_scheduler, sample
from training.train.sample_codes import Call, sample_codes


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
        self, z: torch.Tensor, text: dict, seeds: list[int], scale: float | None = None, steps: int | None = None
    ) -> torch.Tensor:
        """Images [N, 3, S, S] in [-1, 1] for image embeddings and `guided_text` rows."""
        section = self.stages["decoder"]
        scale, steps = scale or section["defaults"]["guidanceScale"], steps or section["defaults"]["steps"]
        context, time = self.run(
            "decoder-condition",
            image_embedding=torch.cat([self.null_embedding(len(z)), z]),
            text_embedding=text["text_embedding"],
            text_states=text["text_states"],
        )
        mask = F.pad(text["text_mask"], (context.shape[1] - text["text_mask"].shape[1], 0), value=1.0)

        def predict(x, t, last):
            output = self.run(
                "decoder",
                sample=torch.cat([x, x]),
                timestep=torch.full((2 * len(x),), float(t)),
                context=context,
                time=time,
                context_mask=mask,
            )[0]
            return guided(*output.chunk(2), scale, channels=3)

        return sample(
            "decoder",
            make_scheduler(section["scheduler"]),
            steps,
            (3, section["sample"]["size"], section["sample"]["size"]),
            seeds,
            predict,
        ).clamp(-1, 1)

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
