"""Says in which order two symbols came: an LSTM of 12 units on the temporal order problem (Hochreiter & Schmidhuber 1997).

A sequence is 24 one-hot symbols. All are distractors (a, b, c, d) except one between steps 2 and 8 and one between steps
12 and 18, each of which is X or Y. The label is the pair, in order: XX 0, XY 1, YX 2, YY 3.
"""

import numpy as np
import torch

from example_files import export_onnx, save_sequences, save_sidecar

NAME, SEED = "temporal-order-lstm", 2027
TRAINING, HELD_OUT, STEPS, SYMBOLS = 4_000, 1_000, 24, 6


def draw(generator, count):
    """Independent sequences [count, 24, 6], one-hot, and their labels."""
    symbols = generator.integers(0, 4, (count, STEPS))
    labels = generator.integers(0, 4, count)
    every = np.arange(count)
    symbols[every, generator.integers(2, 9, count)] = 4 + labels // 2
    symbols[every, generator.integers(12, 19, count)] = 4 + labels % 2
    return np.eye(SYMBOLS, dtype=np.int8)[symbols], labels


class TemporalOrder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(SYMBOLS, 12, batch_first=True)
        self.readout = torch.nn.Linear(12, 4)

    def forward(self, symbols):
        _, (last, _) = self.lstm(symbols)
        return self.readout(last[0])


def train(network, x, labels, epochs=30, batch=50):
    optimizer = torch.optim.Adam(network.parameters(), weight_decay=1e-5)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.02, total_steps=epochs * (len(x) // batch))
    for _ in range(epochs):
        for chosen in torch.randperm(len(x)).split(batch):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(network(x[chosen]), labels[chosen]).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            rate.step()


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    sequences, classes = draw(np.random.default_rng(SEED), TRAINING + HELD_OUT)
    x, labels = torch.tensor(sequences.astype(np.float32)), torch.tensor(classes)
    network = TemporalOrder()
    train(network, x[:TRAINING], labels[:TRAINING])
    with torch.no_grad():
        wrong = (network(x).argmax(1) != labels).float()
    print(f"errors: training {wrong[:TRAINING].mean():.4f}, held out {wrong[TRAINING:].mean():.4f}")
    export_onnx(NAME, network, x[:1], "symbols", "scores")
    save_sequences(NAME, {"symbols": sequences}, classes, TRAINING)
    save_sidecar(f"{NAME}.onnx", f"{NAME}.npz", norm2=1, norm_inf=1, max_length=STEPS)
