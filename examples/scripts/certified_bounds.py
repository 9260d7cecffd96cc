"""The certified rows T2-Occam and PBM (2-norm) of a vanilla recurrent network, in a hundred lines of NumPy.

An independent second opinion on the numbers Recurscope prints, and what `oscillators_vanilla.py` prints after training.
The network is  h_t = tanh(U h_{t-1} + W x_t + b),  y = V h_T + c,  h_0 = 0  on a known domain ||x_t||_2 <= B_x, T steps.
Blocks that are absent (no bias) are left out of `blocks`. Vectors are one-dimensional arrays, matrices outputs x inputs.
Both rows hold for independent sequences and an architecture fixed before the data were seen.
"""

import numpy as np

GAMMAS = [2.0 ** (k / 2) for k in range(-40, 41)]  # the margins tried; each certified row pays ln 81 for the choice
RADII = [2.0 ** (k / 8) for k in range(-160, 161)]  # the radii a norm is rounded up to; ln 321 each
SAFETY = 1 + 1e-6  # norms are upper bounds, whatever the rounding of the singular values


def norm(block):
    """The spectral norm of a matrix, the Euclidean norm of a vector."""
    return float(np.linalg.norm(np.asarray(block, np.float64), 2))


def rounded_up(value):
    """The smallest grid radius that is at least `value`."""
    return next(radius for radius in RADII if radius >= value * SAFETY)


def lipschitz_constants(radii, input_norm, steps, hidden):
    """How far the scores move, at most, per unit of change of each block; and H_T, a bound on ||h_T||."""
    beta, drive = radii["U"], radii["W"] * input_norm + radii.get("b", 0.0)
    state, of_u, of_w, of_b = 0.0, 0.0, 0.0, 0.0
    for _ in range(steps):
        of_u, of_w, of_b = beta * of_u + state, beta * of_w + input_norm, beta * of_b + 1
        state = min(np.sqrt(hidden), beta * state + drive)
    constants = {"U": radii["V"] * of_u, "W": radii["V"] * of_w, "b": radii["V"] * of_b, "V": state, "c": 1.0}
    return {name: constants[name] for name in radii}, state


def log_covering_number(epsilon, sizes, radii, constants):
    """ln of the size of a set of networks of which one has scores within `epsilon` of ours, on the whole domain."""
    total = sum(sizes.values())
    return sum(
        sizes[name] * np.log1p(2 * radii[name] * constants[name] * total / (sizes[name] * epsilon)) for name in sizes
    )


def kl_inverse(q, budget):
    """The largest p with kl(q || p) <= budget (upper end of a bisection)."""
    if q >= 1 or budget <= 0:
        return float(min(q, 1)) if budget <= 0 else 1.0
    if q == 0:
        return float(-np.expm1(-budget))
    low, high = q, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        gap = middle - q
        divergence = -q * np.log1p(gap / q) - (1 - q) * np.log1p(-gap / (1 - q)) if middle < 1 else np.inf
        low, high = (middle, high) if divergence <= budget else (low, middle)
    return float(high)


def occam(blocks, margins, input_norm, steps, gamma, margin_lipschitz, delta):
    """T2-Occam: a union bound over a covering of the class, at one margin gamma."""
    sizes = {name: np.size(block) for name, block in blocks.items()}
    radii = {name: rounded_up(norm(block)) for name, block in blocks.items()}
    constants, _ = lipschitz_constants(radii, input_norm, steps, len(blocks["U"]))
    log_cover = log_covering_number(gamma / (2 * margin_lipschitz), sizes, radii, constants)
    nats = log_cover + np.log(len(GAMMAS)) + len(blocks) * np.log(len(RADII)) + np.log(1 / delta)
    return kl_inverse(np.mean(margins <= gamma), nats / len(margins))


def largest_noise_scale(moved, limit):
    """The largest s, to 1e-12, with moved(s) <= limit; `moved` increases."""
    low, high = -200.0, 200.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if moved(middle) <= limit else (low, middle)
    return low


def pac_bayes(blocks, margins, input_norm, steps, gamma, margin_lipschitz, delta, eta=0.01):
    """PBM: Gaussian noise on the weights that moves no score by more than gamma / 2 margin widths, at one margin gamma."""
    sizes = {name: np.size(block) for name, block in blocks.items()}
    norms = {name: norm(block) * SAFETY for name, block in blocks.items()}
    lengths = {name: float(np.linalg.norm(block)) * SAFETY for name, block in blocks.items()}
    total, tau = sum(sizes.values()), np.sqrt(2 * np.log(len(blocks) / eta))
    # A Gaussian matrix has spectral norm above sqrt(rows) + sqrt(columns) + tau with probability eta / blocks at most.
    width = {
        name: (sum(np.sqrt(np.shape(block))) if np.ndim(block) == 2 else np.sqrt(np.size(block))) + tau
        for name, block in blocks.items()
    }
    constants, _ = lipschitz_constants(norms, input_norm, steps, len(blocks["U"]))
    base = {name: sizes[name] / (total * constants[name] * width[name]) for name in blocks}

    def deviations(s):
        return {name: np.exp(min(s + np.log(base[name]), 20 * np.log(2))) for name in blocks}

    def moved(s):
        noise = {name: sigma * width[name] for name, sigma in deviations(s).items()}
        state, change = 0.0, 0.0
        for _ in range(steps):
            change = (
                (norms["U"] + noise["U"]) * change + noise["U"] * state + noise["W"] * input_norm + noise.get("b", 0.0)
            )
            drive = norms["W"] * input_norm + norms.get("b", 0.0)
            state = min(np.sqrt(len(blocks["U"])), norms["U"] * state + drive)
        return (norms["V"] + noise["V"]) * change + noise["V"] * state + noise.get("c", 0.0)

    deviation = deviations(largest_noise_scale(moved, gamma / (2 * margin_lipschitz)))
    divergence = 0.0
    for name, n in sizes.items():
        sigma = deviation[name]
        divergence += min(
            n * np.log(prior / sigma) + (lengths[name] ** 2 + n * sigma**2) / (2 * prior**2) - n / 2 for prior in RADII
        )
    entropy = -eta * np.log(eta) - (1 - eta) * np.log1p(-eta)
    choices = np.log(len(GAMMAS)) + len(blocks) * np.log(len(RADII))
    nats = (divergence + entropy) / (1 - eta) + np.log(2 * np.sqrt(len(margins)) / delta) + choices
    return kl_inverse(np.mean(margins <= gamma), nats / len(margins))


def best_over_gammas(row, blocks, margins, input_norm, steps, margin_lipschitz, delta):
    """The smallest value of a row over the margins of the grid, and the margin it is reached at."""
    usable = [gamma for gamma in GAMMAS if np.mean(margins <= gamma) < 1]
    values = [(row(blocks, margins, input_norm, steps, gamma, margin_lipschitz, delta), gamma) for gamma in usable]
    return min(values, default=(1.0, None))
