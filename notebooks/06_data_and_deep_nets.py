# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Data and deep nets
#
# The other notebooks are about Gaussian inputs. Here the data are a finite set, as in practice, the
# networks have biases, any depth and piecewise-linear units, and the loss is the empirical risk.
# Its spurious local minima can be proved **exactly**: with fractions, and not one rounding. In this
# notebook you will learn
#
# 1. why XOR with two ReLU units has a spurious local minimum, and to check the proof with Python's
#    `fractions` in a few lines;
# 2. that nearly every data set gives such minima at every width and depth: least squares, and least
#    squares on groups of the data;
# 3. what a network that you trained yourself is beside: an exact local minimum, or a kink;
# 4. that deep linear networks are different: saddles and global minima, each with a certificate;
# 5. the same for the cross-entropy, on the iris data;
# 6. what happens when somebody changes a digit, or sells a saddle as a minimum.
#
# **Setting.** $x_1,\dots,x_N$ are inputs, $y_1,\dots,y_N$ targets, $f_\theta$ a network with
# parameters $\theta$ (all weights and biases), and
# $R(\theta) = \sum_n \tfrac12 |f_\theta(x_n) - y_n|^2$. A local minimum is *spurious* if $R$ is
# smaller somewhere else. The theorems are in `proofs/lemmas/piecewise.md`, the files are
# described in `proofs/format`, FORMAT 4.10 to 4.14.

# %%
import copy
import subprocess
import sys
import tempfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_iris

import certify
from certify.data import entropy_minimum, linear_point, local_minimum, trained_minimum

# distinct for colour-blind readers too
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
plt.rcParams.update({"figure.dpi": 70, "font.size": 9.8, "axes.titlesize": 10.5})

# %% [markdown]
# ## 1. XOR
#
# Four points, two ReLU units. `local_minimum` constructs a point and a better one, and has the
# kernel judge them.

# %%
inputs, targets = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
xor = local_minimum(inputs, targets, widths=[2])
print(xor.theorem())
print()
print(certify.check(xor).verdict)
statement = xor.document["statement"]
for name, parameters in (
    ("theta ", statement["parameters"]),
    ("better", statement["claims"]["better"]),
):
    print(name, *(f"weights {layer['weights']} bias {layer['bias']}" for layer in parameters))


# %% [markdown]
# **Check it by hand.** The network is evaluated in exact arithmetic. `units` is the format's
# piecewise-linear function: its value at the first kink, and slopes below, between and above the
# kinks. (With `number=float` it draws the pictures.)


# %%
def matrix(rows, number=Fraction):
    """Texts or numbers as an array of fractions, or of floats."""
    return np.vectorize(
        lambda entry: number(Fraction(entry)), otypes=[object if number is Fraction else number]
    )(rows)


def units(layer, z, number):
    kinks, slopes = matrix(layer["kinks"], number), matrix(layer["slopes"], number)
    h = number(Fraction(layer["value"])) + slopes[0] * np.minimum(z - kinks[0], 0)
    for i, kink in enumerate(kinks):
        rise = np.maximum(z - kink, 0)
        h = h + slopes[i + 1] * (
            rise if i + 1 == len(kinks) else np.minimum(rise, kinks[i + 1] - kink)
        )
    return h


def forward(network, parameters, x, number=Fraction):
    """The outputs of all layers, x first; x has a row for each datum."""
    outputs, parameters = [x], iter(parameters)
    for layer in network["layers"]:
        h = outputs[-1]
        if layer["type"] == "dense":
            own = next(parameters)
            h = h @ matrix(own["weights"], number).T + (
                matrix(own["bias"], number) if own["bias"] else 0
            )
        elif layer["type"] == "units":
            h = units(layer, h, number)
        else:
            h = h + outputs[layer["source"]]
        outputs.append(h)
    return outputs


def risk(problem, parameters):
    return (
        (
            forward(problem["network"], parameters, matrix(problem["inputs"]))[-1]
            - matrix(problem["targets"])
        )
        ** 2
    ).sum() / 2


def audit(proof):
    """A ReLU network of one hidden layer and one output: every condition of
    theorem 10, in fractions.
    """
    statement = proof.document["statement"]
    problem, better = statement["problem"], statement["claims"]["better"]
    x = matrix(problem["inputs"])
    _, z, _, f = forward(problem["network"], statement["parameters"], x)
    residual = (f - matrix(problem["targets"]))[:, 0]
    assert (residual**2).sum() / 2 == Fraction(proof.risk)
    assert (z != 0).all()  # no datum at a kink
    assert residual.sum() == 0
    for active in (z > 0).T:  # the normal equations: sums over the data on which the unit is active
        assert residual[active].sum() == 0
        assert not (residual[active] @ x[active]).any()
    assert better is None or risk(problem, better) < Fraction(proof.risk)
    return residual, z


residual, z = audit(xor)
print("residuals:", *residual)
for unit, values in enumerate(z.T, 1):
    print(f"unit {unit} on the data:", *values)

# %% [markdown]
# Why this is a proof. Both units are strictly active on all four points, and stay so near $\theta$:
# there the network is an affine function of $x$, whatever the parameters are. The residuals are
# orthogonal to $1$, $x^{(1)}$ and $x^{(2)}$, so no affine function has a smaller risk. Hence
# $R \ge R(\theta)$ near $\theta$. In general, with some units active and some not, $f_\theta(x_n)$
# is near $\theta$ a combination $\sum_j \mathbf 1[\text{unit } j \text{ active on } n]\,(a_j\cdot
# x_n + b_j) + c$, and the residuals must be orthogonal to all of these: the normal equations above.
# No second derivatives, no rank conditions. The risk is convex in $f$, and that is all.
#
# The better point of the file is only good enough. A perfect one is well known,
# $[x_1 + x_2]_+ - 2[x_1 + x_2 - 1]_+$; put it into the statement, and let the kernel check again.

# %%
perfect = [
    {"weights": [["1", "1"], ["1", "1"]], "bias": ["0", "-1"]},
    {"weights": [["1", "-2"]], "bias": ["0"]},
]
document = copy.deepcopy(xor.document)
document["statement"]["claims"]["better"] = perfect
sharper = certify.Certificate(document)
audit(sharper)
for inequality in certify.check(sharper).inequalities:
    print(f"{inequality.code:<12} {inequality}")
assert certify.check(sharper).verdict == "PROVED"

# %%
problem, theta = statement["problem"], statement["parameters"]
grid = np.linspace(-0.25, 1.25, 61)
plane = np.array([[a, b] for b in grid for a in grid])


# %% tags=["hide-input"]
def draw_functions():
    figure, axes = plt.subplots(1, 3, figsize=(10.4, 3.5), layout="constrained", sharey=True)
    points = (
        ("the local minimum", theta),
        ("the file's better point", statement["claims"]["better"]),
        ("a perfect one", perfect),
    )
    for ax, (name, parameters) in zip(axes, points, strict=True):
        f = forward(problem["network"], parameters, plane, float)[-1].reshape(len(grid), -1)
        image = ax.contourf(grid, grid, f, np.arange(-0.75, 1.8, 0.1), cmap="RdBu_r", extend="min")
        if np.ptp(f) > 0:
            ax.contour(grid, grid, f, [0.5], colors="black", linewidths=1)
        for (a, b), y in zip(inputs, targets, strict=True):
            ax.scatter(
                a,
                b,
                s=150,
                color="#b2182b" if y else "#2166ac",
                edgecolors="white",
                linewidths=1.5,
                zorder=3,
            )
            ax.text(
                a,
                b,
                y,
                color="white",
                ha="center",
                va="center",
                fontsize=8.5,
                fontweight="bold",
                zorder=4,
            )
        exact = risk(problem, parameters)
        ax.set(title=f"{name}: $R$ = {exact}", xlabel="$x^{(1)}$", aspect="equal")
    axes[0].set_ylabel("$x^{(2)}$")
    figure.colorbar(
        image, ax=axes, shrink=0.9, ticks=[-0.5, 0, 0.5, 1, 1.5], label=r"$f_\theta(x)$"
    )
    plt.show()


draw_functions()

# %% [markdown]
# *The picture shows* the function of the network at the local minimum, the constant 1/2; at the
# better point of the file, which is bent just a little; and at a global minimum. Circles are the
# four data with their targets. White, and the black lines, are $f = 1/2$; the left picture is 1/2
# everywhere.
#
# **How wide is the trap?** Take the plane through $\theta$ (at $s = 0$) and the perfect point
# ($s = 1$), and let the second coordinate $t$ add $t$ to both biases of the hidden layer, and $-t$
# to the last bias, which does not change $f_\theta$ as long as the units are active. The set of all
# parameters at which no unit has changed its piece on any datum is the *cell* of $\theta$; in a
# plane it is a polygon.


# %%
def flat(parameters):
    return np.concatenate(
        [
            np.ravel(matrix(layer[part], float))
            for layer in parameters
            for part in ("weights", "bias")
        ]
    )


x, y = np.array(inputs, dtype=float), np.array(targets, dtype=float)
start, end = flat(theta), flat(perfect)
along = np.array([0, 0, 0, 0, 1, 1, 0, 0, -1.0])


def at(s, t):
    """Risk, and the smallest input of a hidden unit: positive in the cell.
    s and t of any one shape.
    """
    q = start + np.multiply.outer(s, end - start) + np.multiply.outer(t, along)
    z = np.einsum("...jk,nk->...nj", q[..., :4].reshape(*q.shape[:-1], 2, 2), x) + q[..., None, 4:6]
    f = np.einsum("...nj,...j->...n", np.maximum(z, 0), q[..., 6:8]) + q[..., 8:]
    return ((f - y) ** 2).sum(-1) / 2, z.min((-1, -2))


s, t = np.meshgrid(np.linspace(-0.7, 1.4, 421), np.linspace(-1.5, 1.5, 401))
values, margin = at(s, t)


# %% tags=["hide-input"]
def draw_cell():
    figure, (ax, cut) = plt.subplots(
        1, 2, figsize=(10.4, 4), layout="constrained", width_ratios=[1.25, 1]
    )
    image = ax.contourf(
        s,
        t,
        values,
        [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 3, 4],
        cmap="viridis",
        extend="max",
    )
    ax.contour(s, t, margin, [0], colors="white", linewidths=2)
    ax.plot([0, 0], [-1, 1.5], color=ORANGE, linewidth=3)
    ax.plot(0, 0, "o", color=ORANGE, markeredgecolor="white", markersize=9)
    ax.plot(1, 0, "*", color="white", markeredgecolor="black", markersize=14)
    ax.text(-0.62, 1.2, "cell", color="white", fontweight="bold")
    ax.set(
        xlabel="$s$: from the local minimum to a global one",
        ylabel="$t$: along the continuum",
        title="The risk on a plane in $\\mathbb{R}^9$",
    )
    figure.colorbar(image, ax=ax, label="$R$")
    line = np.linspace(-0.7, 1.4, 421)
    for height, colour in ((0.0, BLUE), (0.5, GREEN), (-0.5, GREY)):
        cut.plot(
            line, at(line, np.full_like(line, height))[0], color=colour, label=f"$t$ = {height}"
        )
    cut.axhline(0.5, color=ORANGE, linewidth=1, linestyle=":")
    cut.plot(0, 0.5, "o", color=ORANGE)
    cut.set(xlabel="$s$", ylabel="$R$", ylim=(-0.05, 2), title="Cuts through it")
    cut.legend()
    plt.show()


draw_cell()

# %% [markdown]
# *The picture shows,* left, the risk on that plane: the white line is the boundary of the cell, the
# orange segment its local minima, all with the risk 1/2 (the circle is $\theta$), the star a global
# minimum; right, three horizontal cuts: on the way to the star each has to climb first.

# %% [markdown]
# ## 2. Nearly every data set, every width and depth
#
# Nothing in the argument was about XOR. Yun, Sra and Jadbabaie (arXiv 1802.03487) let one ReLU unit
# be active on all data and carry the least-squares line: a spurious local minimum at any width from
# 2 on, if the inputs are distinct and no linear map fits. Liu (arXiv 2102.13233) does the same for
# groups of the data and any depth: if no datum is at a kink, and the network is the least-squares
# line of each group *on that group*, the residuals are orthogonal to all that the network can do
# nearby. Each grouping gives another minimum. Twelve points of a noisy sine:

# %%
rng = np.random.default_rng(3)
x1 = np.arange(12) / 2
y1 = np.round(np.sin(1.1 * x1) + 0.15 * rng.normal(size=12), 1)
networks = {
    "8": {"widths": [8]},
    "8, 8, 8": {"widths": [8, 8, 8]},
    "8, 8 residual": {"widths": [8, 8], "residual": True},
    "8 hard-tanh": {"widths": [8], "activation": "hard-tanh"},
    "8, 8 leaky": {"widths": [8, 8], "activation": "leaky"},
    "64 absolute values": {"widths": [64], "activation": "abs"},
}
proofs = {
    (groups, name): local_minimum(x1, y1, groups=groups, **network)
    for groups in (1, 2, 3)
    for name, network in networks.items()
}
assert all(certify.check(proof).verdict == "PROVED" for proof in proofs.values())
# spurious, all of them
assert all(proof.document["statement"]["claims"]["better"] for proof in proofs.values())


# %% [markdown]
# What their risks should be, computed here from the normal equations of each line, again in
# fractions; the groups are equally many points, from the left:


# %%
def least_squares(x, y):
    """The risk of the best line."""
    dx, dy = x - x.sum() / len(x), y - y.sum() / len(y)
    return (dy @ dy - (dx @ dy) ** 2 / (dx @ dx)) / 2


exact_x, exact_y = matrix([str(v) for v in x1]), matrix([str(v) for v in y1])
for groups in (1, 2, 3):
    best = sum(
        least_squares(exact_x[part], exact_y[part]) for part in np.split(np.arange(12), groups)
    )
    own = {
        name: Fraction(proof.risk) for (number, name), proof in proofs.items() if number == groups
    }
    assert set(own.values()) == {best}
    audit(proofs[groups, "8"])
    print(
        f"{groups} group{'s' if groups > 1 else ' '}: risk {best!s:>11} = {float(best):.6f}   for"
        f" the networks: {'; '.join(own)}"
    )

# %%
fine = np.linspace(-0.3, 5.8, 367)[:, None]


# %% tags=["hide-input"]
def draw_groups():
    _, axes = plt.subplots(1, 3, figsize=(10.6, 3.5), layout="constrained", sharey=True)
    for groups, ax in enumerate(axes, 1):
        statement = proofs[groups, "8"].document["statement"]
        network, claims = statement["problem"]["network"], statement["claims"]
        ax.plot(
            fine,
            forward(network, claims["better"], fine, float)[-1],
            color=GREY,
            linewidth=1.2,
            linestyle="--",
            label="the better point",
        )
        ax.plot(
            fine,
            forward(network, statement["parameters"], fine, float)[-1],
            color="black",
            linewidth=1.8,
            label="the local minimum",
        )
        for part, colour in zip(
            np.split(np.arange(12), groups), (BLUE, ORANGE, GREEN), strict=False
        ):
            ax.plot(x1[part], y1[part], "o", color=colour, markeredgecolor="white", markersize=8)
        ax.set(
            title=f"{groups} group{'s' * (groups > 1)}: $R$ = {claims['risk']}",
            xlabel="$x$",
            ylim=(-1.7, 1.7),
        )
    axes[0].legend()
    plt.show()


draw_groups()

# %% [markdown]
# *The picture shows* the functions of three local minima of the same network, one hidden layer of
# eight ReLU units, and the data, one colour for each group: within a group the function (black) is
# its least-squares line, and it bends only between groups. Dashed is a point with a smaller risk.
#
# The risks of such minima are a list of numbers that depends on the data only, and not on width (if
# there are units enough), depth, residual connections or the unit. That a gradient method ends
# there from a usual start is not claimed.
#
# ## 3. A network that you trained
#
# Now the other direction. Train networks of three ReLU units on 20 data in the plane, from 40
# random starts, with a quasi-Newton method (BFGS, begun anew where it stopped, up to twelve times).
# Where do they end?

# %%
rng = np.random.default_rng(0)
X = np.round(rng.uniform(-1, 1, (20, 2)), 2)
Y = np.round(np.sin(3 * X[:, 0]) * X[:, 1] + X[:, 1] ** 2 + 0.1 * rng.normal(size=20), 2)
HIDDEN = 3


def parts(q):
    return q[: 2 * HIDDEN].reshape(HIDDEN, 2), q[2 * HIDDEN : 3 * HIDDEN], q[3 * HIDDEN : -1], q[-1]


def objective(q):
    w, b, v, c = parts(q)
    z = X @ w.T + b
    h = np.maximum(z, 0)
    residual = h @ v + c - Y
    back = residual[:, None] * v * (z > 0)
    return residual @ residual / 2, np.concatenate(
        [(back.T @ X).ravel(), back.sum(0), h.T @ residual, [residual.sum()]]
    )


ends = []
for seed in range(40):
    q = np.append(np.random.default_rng(seed).normal(size=4 * HIDDEN), 0.0)
    for _ in range(12):
        q = minimize(
            objective, q, jac=True, method="BFGS", options={"gtol": 1e-10, "maxiter": 3000}
        ).x
        if np.linalg.norm(objective(q)[1]) < 1e-8:
            break
    ends.append(q)
ends.sort(key=lambda q: objective(q)[0])
losses = np.array([objective(q)[0] for q in ends])
slopes = np.array([np.linalg.norm(objective(q)[1]) for q in ends])


def to_kink(q):
    """The smallest |w.x + b|/|(w, b)|, over units and data: the distance of (x, 1) from the
    hyperplane on which the unit bends.
    """
    w, b, _, _ = parts(q)
    return np.min(np.abs(X @ w.T + b) / np.hypot(np.linalg.norm(w, axis=1), b))


kinks = np.array([to_kink(q) for q in ends])
print(f"risks from {losses[0]:.4f} to {losses[-1]:.4f}")

# %% [markdown]
# `trained_minimum` computes the exact least-squares solution in the cell of the trained network,
# the one next to it. If it lies in the cell, it is a local minimum, and the kernel proves it. If
# not, there is no certificate, and `NotProved` says why. The best of the networks serves as the
# better point of all others.

# %%
found, reasons = {}, {}
for i, q in enumerate(ends):
    try:
        found[i] = trained_minimum(X, Y, *parts(q), better=parts(ends[0]))
    except certify.NotProved as reason:
        reasons[i] = str(reason)
for proof in found.values():
    audit(proof)
spurious = [i for i, proof in found.items() if proof.document["statement"]["claims"]["better"]]
print(
    f"{len(ends)} networks: {len(found)} beside an exact local minimum, {len(spurious)} of these"
    f" proved spurious, with {len({found[i].risk for i in spurious})} different risks"
)
print(
    "not proved:",
    *(
        f"{times} times: {reason} ..."
        for reason, times in Counter(reason.split(":")[0] for reason in reasons.values()).items()
    ),
)
print("for example:", next(iter(reasons.values())))

# %% [markdown]
# These ended close to a kink, as the picture below shows, with a gradient that is not small: on a
# ridge or in a crease of $R$, where it is not differentiable, and where BFGS makes little headway.
# (There may be a local minimum in the crease. The theorem does not apply there, and so nothing is
# said.) With `rounds`, one may go on from such an end: to the best point of its cell, into the cell
# where that lies, and so on. The risk may rise on the way.

# %%
onward = {}
for i in reasons:
    try:
        onward[i] = trained_minimum(X, Y, *parts(ends[i]), better=parts(ends[0]), rounds=10)
    except certify.NotProved as reason:
        last = reason
print(
    f"{len(onward)} of {len(reasons)} arrive at an exact local minimum within 10 rounds; of the"
    f" others, for example: {last}"
)

moved = {
    i: np.linalg.norm(
        flat(proof.document["statement"]["parameters"])
        - np.concatenate([np.ravel(part) for part in parts(ends[i])])
    )
    for i, proof in found.items()
}


# %% tags=["hide-input"]
def draw_trained():
    figure, (ax, margins, moves) = plt.subplots(1, 3, figsize=(10.8, 4), layout="constrained")
    proved = np.isin(np.arange(len(ends)), list(found))
    for chosen, colour, marker, name in (
        (proved, GREEN, "o", "local minimum (proved)"),
        (~proved, ORANGE, "X", "not proved"),
    ):
        ax.semilogy(
            np.flatnonzero(chosen),
            losses[chosen],
            marker,
            color=colour,
            markeredgecolor="white",
            markersize=7.5,
            label=name,
        )
        margins.loglog(
            kinks[chosen],
            slopes[chosen],
            marker,
            color=colour,
            markeredgecolor="white",
            markersize=7.5,
        )
    arrived = list(onward)
    ax.semilogy(
        arrived,
        [float(Fraction(onward[i].risk)) for i in arrived],
        "d",
        color=GREEN,
        markerfacecolor="none",
        markersize=6,
        label="after more rounds (proved)",
    )
    ax.set(xlabel="networks, best first", ylabel="risk", title="Where training ends")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    margins.set(
        xlabel="distance to the next kink",
        ylabel="norm of the gradient",
        title="Converged, or near a kink",
    )
    moves.loglog(
        slopes[list(moved)],
        list(moved.values()),
        "o",
        color=GREEN,
        markeredgecolor="white",
        markersize=7.5,
    )
    moves.set(
        xlabel="norm of the gradient",
        ylabel="distance to the exact minimum",
        title="How far the floats were off",
    )
    plt.show()


draw_trained()

# %% [markdown]
# *The picture shows,* left, the risks at which the networks ended; green ones lie beside an exact
# local minimum, and the open diamonds are the exact minima that the orange ones reach by further
# rounds. Middle: the orange ones are close to a kink, and their gradient is far from 0; the green
# ones have converged at some distance from all kinks, but for one, whose cell holds an exact
# minimum although descent had not got there. Right: the distance of the trained parameters from the
# exact minimum, for the green ones; the one far up is the same exception.
#
# ## 4. Deep linear networks
#
# Without units that bend there are no spurious local minima (Baldi and Hornik; Kawaguchi), but
# there are saddles. The data below are such that the best linear map is
# $D = \operatorname{diag}(2, 1)$, and $R = |W_2W_1 - D|^2 + \tfrac12$. On the plane
# $W_1 = \operatorname{diag}(2a, b)$, $W_2 = \operatorname{diag}(a, b)$ there are nine critical
# points. `linear_point` tells of each what it is.

# %%
inputs = [[1, 0], [-1, 0], [0, 1], [0, -1]]
targets = [["2.5", 0], ["-1.5", 0], [0, "1.5"], [0, "-0.5"]]


def diagonal(a, b):
    return [[a, 0], [0, b]]


points = {
    (a, b): linear_point(inputs, targets, [diagonal(2 * a, b), diagonal(a, b)])
    for a in (-1, 0, 1)
    for b in (-1, 0, 1)
}
for (a, b), proof in points.items():
    assert certify.check(proof).verdict == "PROVED"
    print(f"a = {a:>2}, b = {b:>2}: {proof.kind:<20} risk {proof.risk}")
elsewhere = linear_point(inputs, targets, [[[1, "1/2"], ["-1/3", 2]], [["0.7", 0], [1, -1]]])
print("\nat another point:\n" + elsewhere.theorem().split("\n", 3)[3])
assert certify.check(elsewhere).verdict == "PROVED"

# %% [markdown]
# A saddle's certificate holds two curves, $\theta + \varepsilon P$, along which $R$ falls and
# rises; and the kernel computes the first coefficient of the polynomial $R(\theta + \varepsilon P)$
# that is not 0. So no Hessian is needed, and degenerate saddles are no harder than others: at the
# origin of $L$ layers the first $L - 1$ derivatives vanish.


# %%
def along_curve(proof, name, eps):
    """R(theta + eps P) - R(theta): exact, since the smallest differences
    are below the rounding of floats.
    """
    statement = proof.document["statement"]
    product = matrix(np.eye(2, dtype=int))
    for layer, change in zip(statement["parameters"], statement["claims"][name][0], strict=True):
        product = (matrix(layer["weights"]) + Fraction(eps) * matrix(change["weights"])) @ product
    return float(
        ((matrix(inputs) @ product.T - matrix(targets)) ** 2).sum() / 2 - Fraction(proof.risk)
    )


# %% tags=["hide-input"]
def draw_saddles():
    figure, (ax, germs) = plt.subplots(
        1, 2, figsize=(10.4, 4), layout="constrained", width_ratios=[1.1, 1]
    )
    a, b = np.meshgrid(np.linspace(-1.45, 1.45, 201), np.linspace(-1.7, 1.7, 201))
    image = ax.contourf(
        a,
        b,
        (2 * a**2 - 2) ** 2 + (b**2 - 1) ** 2 + 0.5,
        np.linspace(0.5, 7, 14),
        cmap="viridis",
        extend="max",
    )
    for (p, q), proof in points.items():
        saddle = proof.kind == "data-saddle"
        ax.plot(
            p,
            q,
            "X" if saddle else "*",
            color=ORANGE if saddle else "white",
            markeredgecolor="black",
            markersize=10 if saddle else 14,
        )
        ax.text(p + 0.08, q + 0.09, proof.risk, color="white", fontsize=9, fontweight="bold")
    ax.set(xlabel="$a$", ylabel="$b$", title="Nine critical points, each with a certificate")
    figure.colorbar(image, ax=ax, label="$R$", ticks=range(1, 8))
    eps = np.logspace(-2.5, -0.7, 40)
    for depth, colour in ((2, BLUE), (3, ORANGE), (4, GREEN)):
        origin = linear_point(inputs, targets, [diagonal(0, 0)] * depth)
        down, up = (
            inequality
            for inequality in certify.check(origin).inequalities
            if inequality.code in ("descent", "ascent")
        )
        print(
            f"{depth} layers at 0: {origin.kind}\n    {down.sentence}: {down}\n"
            f"    {up.sentence}: {up}"
        )
        germs.loglog(
            eps,
            [along_curve(origin, "ascent", e) for e in eps],
            color=colour,
            linewidth=1.8,
            label=f"{depth} layers, ascent",
        )
        germs.loglog(
            eps,
            [-along_curve(origin, "descent", e) for e in eps],
            color=colour,
            linewidth=1.8,
            linestyle=(1, (4, 3)),
            label="descent",
        )
    germs.set(
        xlabel=r"$\varepsilon$", ylabel=r"$|R(\varepsilon P) - R(0)|$", title="Leaving the origin"
    )
    germs.legend(fontsize=8, loc="lower right")
    plt.show()


draw_saddles()

# %% [markdown]
# *The picture shows,* left, the risk on the plane, with the global minima (stars) and saddles
# (crosses) and their exact risks; the origin looks like a maximum here, but the ascent in its
# certificate leaves the plane. Right: how fast the risk leaves its value at the origin along the
# curves of the certificates, with 2, 3 and 4 layers; both scales are logarithmic, and the slopes
# are the powers of $\varepsilon$ printed above. (A certificate needs a curve, not the steepest one.
# For two layers ascent and descent are one line.) The deeper the network, the flatter its saddle.
#
# ## 5. Iris, and the cross-entropy
#
# Two kinds of iris, *versicolor* and *virginica*, fifty flowers each, by the length and width of
# their petals. With the cross-entropy the role of least squares is played by logistic regression,
# whose solution is no fraction. So here is a ball of radius $10^{-46}$ instead of a point, and an
# interval for the risk; the rest of the argument is the same.

# %%
iris = load_iris()
chosen = iris.target > 0
petals, kinds = iris.data[chosen][:, 2:], iris.target_names[iris.target[chosen]]
flowers = entropy_minimum(petals, kinds, widths=[4])
print(flowers.theorem())
assert certify.check(flowers).verdict == "PROVED"

versicolor = kinds == "versicolor"
signs, features = np.where(versicolor, 1, -1), np.column_stack([petals, np.ones(100)])
regression = minimize(
    lambda q: np.logaddexp(0, -signs * (features @ q)).sum(),
    np.zeros(3),
    method="BFGS",
    options={"gtol": 1e-6},
)
print(f"\nlogistic regression by scipy: {regression.fun:.10f}")

# %%
statement = flowers.document["statement"]
length, width = np.meshgrid(np.linspace(2.8, 7.1, 201), np.linspace(0.9, 2.6, 201))
plane = np.column_stack([length.ravel(), width.ravel()])
jitter = np.random.default_rng(0).uniform(-0.025, 0.025, petals.shape)


# %% tags=["hide-input"]
def draw_flowers():
    figure, axes = plt.subplots(1, 2, figsize=(10.2, 3.9), layout="constrained", sharey=True)
    for ax, name, parameters in (
        (axes[0], "the local minimum", statement["parameters"]),
        (axes[1], "the better point", statement["claims"]["better"]),
    ):

        def logits(x, parameters=parameters):
            return forward(statement["problem"]["network"], parameters, x, float)[-1][:, 0]

        share = 1 / (1 + np.exp(-np.clip(logits(plane), -50, 50)))
        image = ax.contourf(
            length, width, share.reshape(length.shape), np.linspace(0, 1, 11), cmap="RdBu_r"
        )
        ax.contour(
            length, width, share.reshape(length.shape), [0.5], colors="black", linewidths=1.2
        )
        for of, colour, marker in ((versicolor, "#67001f", "o"), (~versicolor, "#053061", "s")):
            ax.plot(
                *(petals + jitter)[of].T,
                marker,
                color=colour,
                markeredgecolor="white",
                markeredgewidth=0.8,
                markersize=6,
                label=kinds[of][0],
            )
        entropy = np.logaddexp(0, -signs * logits(petals)).sum()
        ax.set(title=f"{name}: $R$ = {entropy:.4f}", xlabel="length of the petals, cm")
    axes[0].set_ylabel("width, cm")
    axes[0].legend(loc="upper left")
    figure.colorbar(
        image, ax=axes, shrink=0.9, label="probability of versicolor", ticks=[0, 0.5, 1]
    )
    plt.show()


draw_flowers()

# %% [markdown]
# *The picture shows* the flowers and the probabilities of the network, left at the local minimum,
# where it is logistic regression, with a straight boundary (black); right at the better point of
# the certificate, which bends it. (The flowers are moved by up to a quarter of a millimetre, to
# tell equal ones apart.)
#
# ## 6. Tampering
#
# Since all is exact, there is no tolerance to hide in. Somebody changes the last digit of a
# fraction in the certificate of a trained network, which changes a bias by $2\cdot10^{-21}$; then
# repairs the risk, too; passes off the point itself as a better one; sells the saddle at the origin
# as a local minimum; writes a number that is no text.


# %%
def changed(proof, change):
    document = copy.deepcopy(proof.document)
    change(document, document["statement"])
    try:
        outcome = certify.check(certify.Certificate(document))
    except certify.Malformed as reason:
        return f"MALFORMED {reason}"
    return f"{outcome.verdict} {outcome.summary}"


def one_digit(document, statement):
    (text,) = statement["parameters"][1]["bias"]
    statement["parameters"][1]["bias"] = [text[:-1] + str((int(text[-1]) + 1) % 10)]


def one_digit_and_the_risk(document, statement):
    one_digit(document, statement)
    statement["claims"]["risk"] = str(risk(statement["problem"], statement["parameters"]))


def better_is_the_same(document, statement):
    statement["claims"]["better"] = statement["parameters"]


def saddle_as_minimum(document, statement):
    document["kind"] = "data-minimum"
    statement["claims"] = {
        "risk": statement["claims"]["risk"],
        "better": None,
        "continuum": False,
        "linear_fit": False,
    }


def number_for_text(document, statement):
    statement["parameters"][1]["bias"] = [-1]


trained = found[spurious[0]]
print("the last bias:", *trained.document["statement"]["parameters"][1]["bias"], "\n")
for proof, change in (
    (trained, one_digit),
    (trained, one_digit_and_the_risk),
    (xor, better_is_the_same),
    (points[0, 0], saddle_as_minimum),
    (xor, number_for_text),
):
    verdict = changed(proof, change)
    assert verdict.startswith(("REJECTED", "MALFORMED"))
    print(f"{change.__name__}: {verdict}\n")

# %% [markdown]
# The same from the command line, with the data in a file:

# %%
with tempfile.TemporaryDirectory() as folder:
    Path(folder, "xor.csv").write_text("a,b,xor\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    for arguments in (
        ["data", "relu", "xor.csv", "--widths", "2", "-o", "xor.json"],
        ["check", "xor.json"],
    ):
        run = subprocess.run(
            [sys.executable, "-m", "certify", *arguments],
            cwd=folder,
            capture_output=True,
            check=False,
            text=True,
        )
        print("certify", *arguments, "-> exit code", run.returncode)
        assert run.returncode == 0
print(run.stdout)

# %% [markdown]
# ## 7. From the shell
#
# Data are a `.csv` (the last column is the target, unless `--target` names others), `.npy` or
# `.npz` file; a network is an `.npz` file with arrays `W1`, `b1`, `W2`, `b2`.
#
#     # one hidden layer, the least-squares map
#     certify data relu data.csv --widths 8
#     # deeper, groups, other units; --residual
#     certify data deep data.csv --widths 8,8,8 --activation hard-tanh --groups 3
#     # convolutions
#     certify data conv images.csv --shape 1,8,8 --channels 9 --pool 2
#     # beside a network that you trained
#     certify trained net.npz data.csv --rounds 10 -o mine.json
#     # a deep linear network at 0
#     certify data linear data.csv --widths 2,2 --origin
#     # classes
#     certify data entropy iris.csv --label species --widths 4
#     # the kernel; exit code 0 only if all is proved
#     certify check mine.json
#     # the theorem, and every condition behind it
#     certify show mine.json
