"""Train the small network of the page "Draw a digit": ``python docs/train_digits.py``, some ten seconds on one core.

Writes assets/digits.safetensors. Needs scikit-learn, which brings the 1797 digits of 8 x 8 cells, each the number of
inked pixels in a block of 4 x 4 (0 to 16). Every picture is shifted, turned and scaled a little each time it is seen:
people draw more differently than the data are, which fill their frame.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conv_viz.compute.digits import LEARNED, network

EPOCHS, BATCH, RATE = 50, 64, 1e-2
TESTED = 297  # pictures that are kept back
TURN, SCALE, SHIFT = math.radians(12), 0.22, 0.22  # at most; the shift in halves of the picture


def data() -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures (N, 1, 8, 8) in 0..1 and what they are."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    return torch.tensor(digits.images, dtype=torch.float32)[:, None] / 16, torch.tensor(digits.target)


def moved(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Each picture turned, scaled and shifted by chance, and drawn with a thinner or thicker pen."""
    turn, wide, high, right, down, pen = (2 * torch.rand(6, len(pictures), generator=generator) - 1).unbind()
    wide, high = 1.12 + SCALE * wide, 1.12 + SCALE * high  # above 1: smaller than its frame
    cos, sin = torch.cos(TURN * turn), torch.sin(TURN * turn)
    rows = torch.stack(
        [torch.stack([wide * cos, -sin, SHIFT * right], 1), torch.stack([sin, high * cos, SHIFT * down], 1)], 1
    )
    grid = F.affine_grid(rows, list(pictures.shape), align_corners=False)
    seen = F.grid_sample(pictures, grid, align_corners=False)
    return seen.clamp(0, 1) ** torch.exp(0.6 * pen)[:, None, None, None]


def accuracy(net: nn.Module, pictures: torch.Tensor, names: torch.Tensor) -> float:
    with torch.inference_mode():
        return (net(pictures).argmax(1) == names).float().mean().item()


def main() -> None:
    generator = torch.Generator().manual_seed(0)
    torch.manual_seed(0)
    pictures, names = data()
    order = torch.randperm(len(names), generator=generator)
    train, test = order[:-TESTED], order[-TESTED:]
    net = network()
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=EPOCHS * math.ceil(len(train) / BATCH))
    for _ in range(EPOCHS):
        for part in train[torch.randperm(len(train), generator=generator)].split(BATCH):
            optimizer.zero_grad()
            both = torch.cat([pictures[part], moved(pictures[part], generator)])
            F.cross_entropy(net(both), names[part].repeat(2)).backward()
            optimizer.step()
            schedule.step()
    for what, index in (("seen", train), ("kept back", test)):
        plain, shifted = pictures[index], moved(pictures[index], generator)
        print(f"{what}: {accuracy(net, plain, names[index]):.1%}, moved {accuracy(net, shifted, names[index]):.1%}")
    kept = [next(int(i) for i in test if names[i] == digit) for digit in range(10)]  # one of each, that it has not seen
    examples = {"examples": (pictures[kept, 0] * 16).to(torch.uint8)}
    save_file({name: tensor.contiguous() for name, tensor in (net.state_dict() | examples).items()}, LEARNED)
    print(f"{LEARNED.name}: {LEARNED.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
