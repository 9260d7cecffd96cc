"""PyTorch trains the same network on the same batch, one step at a time, as it is told on stdin.

    case <kind> <input> <hidden> <steps> <batch> <classes> <threads> <folder>
        reads weights and the batch from float32 files in the folder, writes its gradients beside them, answers "ready <loss>"
    step
        one step of Adam; answers the milliseconds it took
    memory
        answers the largest resident size so far in MB

Kinds: vanilla (torch.nn.RNN), gru (torch.nn.GRU, which resets after the product), lstm (torch.nn.LSTM).
"""

import resource
import sys
import time

import numpy as np
import torch

KINDS = {
    "vanilla": (torch.nn.RNN, [""]),
    "gru": (torch.nn.GRU, ["_r", "_z", "_a"]),
    "lstm": (torch.nn.LSTM, ["_i", "_f", "_a", "_o"]),
}


class Case:
    def __init__(self, kind, inputs, hidden, steps, batch, classes, threads, folder):
        torch.set_num_threads(threads)
        make, self.gates = KINDS[kind]
        self.kind, self.hidden, self.folder = kind, hidden, folder
        self.layer = make(inputs, hidden)
        self.readout = torch.nn.Linear(hidden, classes)
        self.x = torch.tensor(self.read("X").reshape(steps, batch, inputs))
        self.y = torch.tensor(np.fromfile(f"{folder}/Y.bin", dtype=np.int32).astype(np.int64))
        with torch.no_grad():
            self.layer.weight_ih_l0.copy_(self.stacked("W", inputs))
            self.layer.weight_hh_l0.copy_(self.stacked("U", hidden))
            self.layer.bias_ih_l0.copy_(self.stacked("b", None))
            self.layer.bias_hh_l0.zero_()
            if kind == "gru":
                self.layer.bias_hh_l0[2 * hidden :] = torch.tensor(self.read("layer1.b_u"))
            self.readout.weight.copy_(torch.tensor(self.read("V").reshape(classes, hidden)))
            self.readout.bias.copy_(torch.tensor(self.read("c")))
        self.parameters = list(self.layer.parameters()) + list(self.readout.parameters())
        self.optimizer = torch.optim.Adam(self.parameters, lr=1e-3)

    def read(self, name):
        return np.fromfile(f"{self.folder}/{name}.bin", dtype=np.float32)

    def stacked(self, letter, columns):
        parts = [self.read(f"layer1.{letter}{gate}") for gate in self.gates]
        joined = np.concatenate([part.reshape(self.hidden, columns) if columns else part for part in parts])
        return torch.tensor(joined)

    def backward(self):
        self.optimizer.zero_grad()
        hidden, _ = self.layer(self.x)
        scores = self.readout(hidden).reshape(len(self.y), -1)
        loss = torch.nn.functional.cross_entropy(scores, self.y)
        loss.backward()
        return loss.item()

    def write_gradients(self):
        def write(name, tensor):
            tensor.detach().numpy().astype(np.float32).tofile(f"{self.folder}/d {name}.bin")

        for letter, tensor in (
            ("W", self.layer.weight_ih_l0.grad),
            ("U", self.layer.weight_hh_l0.grad),
            ("b", self.layer.bias_ih_l0.grad),
        ):
            for gate, part in zip(self.gates, tensor.split(self.hidden)):
                write(f"layer1.{letter}{gate}", part)
        if self.kind == "gru":
            write("layer1.b_u", self.layer.bias_hh_l0.grad[2 * self.hidden :])
        write("V", self.readout.weight.grad)
        write("c", self.readout.bias.grad)

    def step(self):
        start = time.perf_counter()
        self.backward()
        self.optimizer.step()
        return 1e3 * (time.perf_counter() - start)


def answer(text):
    print(text, flush=True)


answer(f"torch {torch.__version__}")
case = None
for line in sys.stdin:
    words = line.split()
    if words[0] == "case":
        case = Case(words[1], *map(int, words[2:8]), " ".join(words[8:]))
        loss = case.backward()
        case.write_gradients()
        answer(f"ready {loss}")
    elif words[0] == "step":
        answer(case.step())
    elif words[0] == "memory":
        answer(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
