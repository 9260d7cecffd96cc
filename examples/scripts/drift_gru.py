"""Says at every step which way a noisy signal is drifting: a GRU of 8 units, sequences of different lengths.

The drift is up (label 1) or down (label 0) and turns with probability 0.1 a step. What the network reads is the change of
the signal in that step: 0.6 up or down, plus noise of deviation 0.8, clipped to [-2, 2]. The noise hides a part of the
truth, so no network is free of errors here. Sequences are 12 to 30 steps long and padded with zeros to 30.
"""

import numpy as np
import torch

from example_files import export_onnx, save_sequences, save_sidecar

NAME, SEED = "drift-gru", 2028
TRAINING, HELD_OUT, SHORTEST, LONGEST = 4_000, 1_000, 12, 30


def draw(generator, count):
    """Independent sequences [count, 30, 1], a label for every step [count, 30], and the lengths."""
    turns = generator.random((count, LONGEST)) < 0.1
    start = generator.integers(0, 2, (count, 1))
    labels = (start + np.cumsum(turns, axis=1)) % 2
    noisy = 0.6 * (2 * labels - 1) + 0.8 * generator.normal(size=(count, LONGEST))
    changes = np.clip(np.round(noisy * 32) / 32, -2, 2)
    lengths = generator.integers(SHORTEST, LONGEST + 1, count)
    padding = np.arange(LONGEST) >= lengths[:, None]
    changes[padding], labels[padding] = 0, 0
    return changes[:, :, None].astype(np.float16), labels, lengths


class Drift(torch.nn.Module):
    """The probability that the drift is up, at every step."""

    def __init__(self):
        super().__init__()
        self.gru = torch.nn.GRU(1, 8, batch_first=True)
        self.readout = torch.nn.Linear(8, 1)

    def forward(self, change):
        states, _ = self.gru(change)
        return torch.sigmoid(self.readout(states))


def mean_over_steps(values, lengths):
    """The mean over the real steps of each sequence, then over the sequences."""
    real = torch.arange(LONGEST) < lengths[:, None]
    return ((values * real).sum(1) / lengths).mean()


def train(network, x, labels, lengths, epochs=30, batch=50):
    optimizer = torch.optim.Adam(network.parameters(), weight_decay=1e-5)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.02, total_steps=epochs * (len(x) // batch))
    for _ in range(epochs):
        for chosen in torch.randperm(len(x)).split(batch):
            optimizer.zero_grad()
            answer = network(x[chosen])[:, :, 0]
            loss = torch.nn.functional.binary_cross_entropy(answer, labels[chosen].float(), reduction="none")
            mean_over_steps(loss, lengths[chosen]).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            rate.step()


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    changes, directions, steps = draw(np.random.default_rng(SEED), TRAINING + HELD_OUT)
    x, labels, lengths = torch.tensor(changes.astype(np.float32)), torch.tensor(directions), torch.tensor(steps)
    network = Drift()
    train(network, x[:TRAINING], labels[:TRAINING], lengths[:TRAINING])
    with torch.no_grad():
        wrong = ((network(x)[:, :, 0] > 0.5) != (labels == 1)).float()
    known = mean_over_steps(wrong[:TRAINING], lengths[:TRAINING])
    unseen = mean_over_steps(wrong[TRAINING:], lengths[TRAINING:])
    print(f"share of wrong steps: training {known:.4f}, held out {unseen:.4f}")
    export_onnx(NAME, network, x[:1], "change", "up")
    save_sequences(NAME, {"change": changes}, directions, TRAINING, lengths=steps)
    save_sidecar(f"{NAME}.onnx", f"{NAME}.npz", norm2=2, norm_inf=2, max_length=LONGEST)
