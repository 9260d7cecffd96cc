"""Tells a slow noisy oscillator from a fast one: a vanilla recurrent network of 4 units, small enough to be certified.

A sequence is 10 samples of a sine of random amplitude and random phase in noise, period 8 (label 0) or 3 (label 1), read
by a converter that saturates at -1 and 1 and has 64 levels a unit. After every step the spectral norms of the three
matrices are cut to the caps below: bounds grow with the norms, so small norms are part of the training.
"""

import numpy as np
import torch

import certified_bounds
from example_files import export_onnx, save_sequences, save_sidecar

NAME, SEED = "oscillators-vanilla", 2026
TRAINING, HELD_OUT, STEPS = 20_000, 5_000, 10
CAPS = {"weight_hh_l0": 1.5, "weight_ih_l0": 2.5, "readout": 4.0}
MARGIN = 2.0  # the training pushes every margin above this


def draw(generator, count):
    """Independent sequences [count, 10, 1] and their labels."""
    labels = generator.integers(0, 2, count)
    period = np.where(labels == 1, 3.0, 8.0)[:, None]
    amplitude = generator.uniform(0.6, 1.0, (count, 1))
    phase = generator.uniform(-np.pi, np.pi, (count, 1))
    clean = amplitude * np.sin(2 * np.pi * np.arange(STEPS) / period + phase)
    noisy = clean + 0.2 * generator.normal(size=(count, STEPS))
    converted = np.clip(np.round(noisy * 64) / 64, -1, 1)
    return converted[:, :, None].astype(np.float16), labels


class Oscillators(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = torch.nn.RNN(1, 4, batch_first=True)
        self.readout = torch.nn.Linear(4, 2)

    def forward(self, x):
        states, _ = self.rnn(x)
        return self.readout(states[:, -1])


def cut_spectral_norm(matrix, cap):
    with torch.no_grad():
        left, values, right = torch.linalg.svd(matrix, full_matrices=False)
        matrix.copy_(left @ torch.diag(values.clamp(max=cap)) @ right)


def margins(network, x, labels):
    """The score of the true class minus the other one; positive when the answer is right."""
    scores = network(x)
    return (scores[:, 1] - scores[:, 0]) * (2 * labels - 1)


def train(network, x, labels, epochs=60, batch=500):
    optimizer = torch.optim.Adam(network.parameters())
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.02, total_steps=epochs * (len(x) // batch))
    for _ in range(epochs):
        for chosen in torch.randperm(len(x)).split(batch):
            optimizer.zero_grad()
            torch.relu(1 - margins(network, x[chosen], labels[chosen]) / MARGIN).square().mean().backward()
            optimizer.step()
            rate.step()
            cut_spectral_norm(network.rnn.weight_hh_l0, CAPS["weight_hh_l0"])
            cut_spectral_norm(network.rnn.weight_ih_l0, CAPS["weight_ih_l0"])
            cut_spectral_norm(network.readout.weight, CAPS["readout"])


def report(network, x, labels):
    """Prints the errors, and the certified rows by the independent NumPy implementation."""
    with torch.no_grad():
        found = margins(network, x, labels).double().numpy()
    known, unseen = found[:TRAINING], found[TRAINING:]
    print(f"errors: training {np.mean(known <= 0):.5f}, held out {np.mean(unseen <= 0):.5f}")
    parameters = {name: value.detach().double().numpy() for name, value in network.named_parameters()}
    blocks = {
        "U": parameters["rnn.weight_hh_l0"],
        "W": parameters["rnn.weight_ih_l0"],
        "b": parameters["rnn.bias_ih_l0"] + parameters["rnn.bias_hh_l0"],
        "V": parameters["readout.weight"],
        "c": parameters["readout.bias"],
    }
    print({name: round(certified_bounds.norm(block), 4) for name, block in blocks.items()})
    for name, row in (("T2-Occam", certified_bounds.occam), ("PBM", certified_bounds.pac_bayes)):
        value, gamma = certified_bounds.best_over_gammas(row, blocks, known, 1.0, STEPS, np.sqrt(2), 0.05)
        print(f"{name}: error of the population at most {value:.4f} (margin {gamma}, with probability 0.95)")


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    sequences, classes = draw(np.random.default_rng(SEED), TRAINING + HELD_OUT)
    x, labels = torch.tensor(sequences.astype(np.float32)), torch.tensor(classes)
    network = Oscillators()
    train(network, x[:TRAINING], labels[:TRAINING])
    report(network, x, labels)
    export_onnx(NAME, network, x[:1], "x", "scores")
    save_sequences(NAME, {"x": sequences}, classes, TRAINING)
    save_sidecar(f"{NAME}.onnx", f"{NAME}.npz", norm2=1, norm_inf=1, max_length=STEPS)
