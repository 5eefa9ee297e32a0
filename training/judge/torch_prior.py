"""Loads a `PriorTransformer` from its folder and makes one guided step, two rows, in eager float32.

`python -m training.judge.torch_prior FOLDER` prints seconds of processor time to load it and for the second of two
steps, and gigabytes of the process's own memory when loaded and at its peak, as JSON.
"""

import argparse
import json
import re
import threading
import time
from pathlib import Path

import torch
from diffusers import PriorTransformer


def own_memory() -> float:
    """Gigabytes of memory that belong to no file."""
    return int(re.search(r"RssAnon:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024 / 1e9


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    peak, over = own_memory(), threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.02):
            peak = max(peak, own_memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    begin = time.process_time()
    network = PriorTransformer.from_pretrained(arguments.folder).eval()
    loaded, own = time.process_time(), own_memory()
    width, length = network.config.embedding_dim, network.config.num_embeddings
    sample, embedding, states = (torch.randn(2, *shape) for shape in ((width,), (width,), (length, width)))
    mask = torch.ones(2, length, dtype=torch.bool)
    for _ in range(2):
        start = time.process_time()
        network(sample, 480, embedding, encoder_hidden_states=states, attention_mask=mask)
        step = time.process_time() - start
    over.set()
    watcher.join()
    print(json.dumps({"load": loaded - begin, "step": step, "own": own, "peak": peak}))


if __name__ == "__main__":
    main()
