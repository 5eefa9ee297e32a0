"""Puts the judge of pictures into a pack: `python -m training.export.classifier [--out packs/toybox]`.

Writes classifier.onnx, weights in half precision as `training/classifier` stores them, and its stage of role `score`:
the labels of each head and how captions tell them (docs/pack-format.md, Stages). Other entries of the manifest stay.
"""

import argparse
import io
import json
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from training.data.captions import CONVERSE, NOUNS, SAYS, WORDS
from training.export.onnx_export import IR_VERSION, OPSET, restore_names, stage_error, store_half
from training.export.pack import sha256, write_atomically
from training.paths import CLASSIFIER, TOYBOX
from training.train.networks.classifier_model import Classifier, load_classifier

SIZE, BOUND = 64, 1e-5


class Reading(nn.Module):
    """Images [N, 3, 64, 64] in [-1, 1] to features [N, F], the last convolution's channels averaged over the picture
    (`judge.frechet`), and the logits of every head."""

    def __init__(self, model: Classifier):
        super().__init__()
        self.model = model

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        body = self.model.body(image)
        neck = self.model.neck(body.flatten(1))
        return body.mean((2, 3)), *(head(neck) for head in self.model.heads.values())


def export(model: Classifier) -> bytes:
    """The ONNX file. Raises ValueError if it differs from torch by more than BOUND."""
    module, buffer = Reading(model).eval(), io.BytesIO()
    outputs = ["features", *model.reads]
    torch.onnx.export(
        module,
        (torch.zeros(2, 3, SIZE, SIZE),),
        buffer,
        input_names=["image"],
        output_names=outputs,
        opset_version=OPSET,
        dynamo=False,
        # Batch norms stay nodes of their own: folded into the weights, these would no longer be half precision.
        training=torch.onnx.TrainingMode.PRESERVE,
        dynamic_axes={name: {0: "N"} for name in ["image", *outputs]},
    )
    proto = onnx.load_from_string(buffer.getvalue())
    restore_names(proto, module)
    proto.ir_version, proto.producer_name, proto.producer_version = IR_VERSION, "clipwork", ""
    store_half(proto)
    onnx.checker.check_model(proto)
    data = proto.SerializeToString(deterministic=True)
    for rows in (1, 3):
        image = torch.rand(rows, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(rows)) * 2 - 1
        if (error := stage_error(module, data, {"image": image})) > BOUND:
            raise ValueError(f"the exported classifier differs from torch by {error:.1e}")
    return data


def wording() -> dict:
    """How captions tell the labels, by attribute and label; a relation told from the second solid is its converse."""
    relations = WORDS["relation"]
    told = {label: [word for word in words if word not in CONVERSE] for label, words in relations.items()}
    return {
        "words": {name: {label: list(words) for label, words in labels.items()} for name, labels in WORDS.items()}
        | {"relation": told},
        "converse": {
            label: converse
            for label, words in relations.items()
            if (converse := [word for word in words if word in CONVERSE])
        },
        "nouns": list(NOUNS),
        "says": list(SAYS),
    }


def section(model: Classifier, data: bytes) -> dict:
    """The stage's section of the manifest."""
    return {
        "role": "score",
        "file": "classifier.onnx",
        "sha256": sha256(data),
        "image": {"size": SIZE, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "fit": "crop"},
        "heads": {name: [str(value) for value in values] for name, values in model.reads.items()},
        "features": model.widths[-1],
        "wording": wording(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--classifier", type=Path, default=CLASSIFIER)
    parser.add_argument("--out", type=Path, default=TOYBOX)
    arguments = parser.parse_args()
    model = load_classifier(arguments.classifier)
    data, path = export(model), arguments.out / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["stages"]["classifier"] = section(model, data)
    write_atomically(arguments.out / "classifier.onnx", data)
    write_atomically(path, (json.dumps(manifest, indent=1) + "\n").encode())
    print(f"wrote {arguments.out / 'classifier.onnx'}: {len(data) / 2**20:.2f} MiB")


if __name__ == "__main__":
    main()
