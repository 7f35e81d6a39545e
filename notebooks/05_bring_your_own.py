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
# # Bring your own
#
# You have trained a network with code of your own, the loss has stopped falling, and it is not 0.
# Is that a local minimum, or just a slow place? In this notebook you will learn
#
# 1. how a student trained in plain NumPy, by stochastic gradient descent, gets stuck;
# 2. how to turn the matrix of its weights into a proof that there is a spurious local minimum right
#    there;
# 3. what the proof says about your training: from which step on the outcome was settled, and how
#    fast it had to converge;
# 4. what it looks like when there is nothing to prove, when the point is not good enough, and when
#    somebody has tampered with a file;
# 5. how to do the same with teachers of your own, which need not be orthogonal.
#
# **What is proved and what is not.** The training below is floating-point arithmetic and proves
# nothing; neither does the code that makes a certificate. What counts is the verdict on the file,
# by a checker that trusts neither.

# %%
import copy
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import certify

root = next(
    folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "proofs/recheck").is_dir()
)
# distinct for colour-blind readers too
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
plt.rcParams.update({"figure.dpi": 85, "font.size": 9.5, "axes.titlesize": 10.5})


# %% [markdown]
# ## 1. Train
#
# The task: a student network $\sum_i [w_i\cdot x]_+$ with eight neurons is to learn a teacher
# $\sum_j [v_j\cdot x]_+$ with eight orthonormal ones, $x$ Gaussian. First stochastic gradient
# descent on fresh batches of 64 samples, as one would do it in practice; then gradient descent on
# the expected loss itself, which has a closed form (`proofs/lemmas`, lemmas 1 and 2;
# $S = |u||v|\sin\theta$, $A = \pi - \theta$):
#
# $$F = \tfrac12\sum_{i,i'} f(w_i,w_{i'}) - \sum_{i,j} f(w_i,v_j)
# {} + \tfrac12\sum_{j,j'} f(v_j,v_{j'}),\qquad f(u,v) = \frac{S + A\,u\cdot v}{2\pi}.$$


# %%
def pairs(U, V):
    """p = u.v, S = |u||v| sin(angle), A = pi - angle, for all rows u of U
    and v of V; shapes (n, d), (m, d) -> (n, m).
    """
    p = U @ V.T
    S = np.sqrt(np.maximum(np.outer((U**2).sum(1), (V**2).sum(1)) - p**2, 0))
    return p, S, np.arctan2(S, -p)


def f(U, V):
    p, S, A = pairs(U, V)
    return (S + A * p) / (2 * np.pi)


def loss(W, V):
    return f(W, W).sum() / 2 - f(W, V).sum() + f(V, V).sum() / 2


def gradient(W, V):
    (_, S, A), (_, T, B) = pairs(W, W), pairs(W, V)
    np.fill_diagonal(S, 0)  # a row with itself: S = 0 and A = pi, rid of rounding
    np.fill_diagonal(A, np.pi)
    kappa = (S.sum(1) - T.sum(1)) / (2 * np.pi * (W**2).sum(1))
    return kappa[:, None] * W + (A @ W - B @ V) / (2 * np.pi)


def sgd(W, V, steps, rate, rng):
    """Stochastic gradient descent; the losses every 20 steps are those of
    the population, for the plot.
    """
    curve = []
    for step in range(steps):
        if step % 20 == 0:
            curve.append(loss(W, V))
        x = rng.normal(size=(64, W.shape[1]))
        active = x @ W.T
        error = np.maximum(active, 0).sum(1) - np.maximum(x @ V.T, 0).sum(1)
        W = W - rate * ((active > 0) * error[:, None]).T @ x / len(x)
    return W, curve


k = 8
teachers = np.eye(k)
curves = {}
for seed in range(8, 100):
    rng = np.random.default_rng(seed)
    after_sgd, curves[seed] = sgd(rng.normal(size=(k, k)) / np.sqrt(k), teachers, 3000, 0.05, rng)
    if loss(after_sgd, teachers) > 0.015:
        break
print(
    "students trained:", ", ".join(f"seed {s}: loss {curve[-1]:.2g}" for s, curve in curves.items())
)

rate, W, path = 0.3, after_sgd, [after_sgd]
for step in range(4000):
    W = W - rate * gradient(W, teachers)
    if step % 10 == 9:
        path.append(W)
print(
    f"the last one after descent on the expected loss: {loss(W, teachers):.12f}, gradient"
    f" {np.linalg.norm(gradient(W, teachers)):.1e}"
)


# %% tags=["hide-input"]
def draw_training():
    figure, (ax, weights) = plt.subplots(
        1, 2, figsize=(10, 4), layout="constrained", width_ratios=[1.35, 1]
    )
    for (seed, curve), colour in zip(
        curves.items(), [*[GREY] * (len(curves) - 1), ORANGE], strict=True
    ):
        ax.semilogy(
            20 * np.arange(len(curve)),
            curve,
            color=colour,
            linewidth=1.5,
            label=f"seed {seed}" + (", stuck" if colour == ORANGE else ""),
        )
    ax.set(xlabel="step of stochastic gradient descent", ylabel="expected loss", title="Training")
    ax.legend()
    image = weights.imshow(W, cmap="RdBu_r", vmin=-1.1, vmax=1.1)
    weights.set_xticks(range(k), [f"$v_{j + 1}$" for j in range(k)])
    weights.set_yticks(range(k), [f"$w_{i + 1}$" for i in range(k)])
    weights.tick_params(length=0)
    weights.set_title("The stuck student's weights")
    figure.colorbar(image, ax=weights, shrink=0.8)
    plt.show()


draw_training()

# %% [markdown]
# *The picture shows,* left, the expected loss during stochastic gradient descent, for a student
# that learns (grey) and one that stays near 0.02 (orange); right, the second one's weights: seven
# neurons have found a teacher each (dark red), one points away from the teacher that is left
# (blue).
#
# Does it have to stay there, or was it only not patient enough? A small gradient does not tell.
#
# ## 2. Prove
#
# `certify.prove` takes the matrix, one row a neuron. It polishes the point with Newton's method in
# high precision, proposes a ball and bounds, and lets the checker decide. If the checker does not
# accept, no certificate comes back, but the exception `NotProved`.

# %%
proof = certify.prove(W)
print(proof.theorem())

# %% [markdown]
# Save it, and check the file, as a stranger would: with the kernel, and with the second checker,
# which is one file of plain Python. (A check is worth more on a machine that has never seen your
# training code.)

# %%
folder = tempfile.TemporaryDirectory()
file = Path(folder.name) / "mine.json"
proof.save(file)
print("kernel:        ", certify.check(file).verdict)
second = subprocess.run(
    [sys.executable, "-I", str(root / "proofs/recheck"), file.name],
    cwd=folder.name,
    capture_output=True,
    check=False,
    text=True,
)
print("second checker:", second.stdout.split(":")[0], "exit code", second.returncode)
assert certify.check(file).verdict == "PROVED" and second.returncode == 0

# %% [markdown]
# If the point has a symmetry, and this one has, more can be proved: `symmetric=True` detects it and
# gives the whole spectrum. This point is the type II of the atlas (notebook `02_landscape`), with
# rows and columns in another order.

# %%
symmetric = certify.prove(W, symmetric=True)
print(
    "fixed by",
    symmetric.statement.problem.isotropy(),
    "- so permutations make",
    symmetric.statement.problem.orbit(),
    "points of it",
)
for enclosure, times in symmetric.spectrum():
    print(f"{times:>4} times {enclosure.printed(16)}")

# %% [markdown]
# ## 3. What it says about your training
#
# `certify.basin` proves more about the neighbourhood: on a ball of radius $\rho$ around the minimum
# $W^*$ all eigenvalues of the Hessian lie between $\mu$ and $L$. From any point in it, gradient
# descent with steps $\eta \le 1/L$ converges to $W^*$, and each step leaves at most $1 - \eta\mu$
# times the distance. The distance of the training's iterates from $W^*$ (from the centre of the
# certificate, which is $W^*$ to 40 digits) tells when they entered that ball:

# %%
basin = certify.basin(proof)
assert certify.check(basin).verdict == "PROVED"
claims = basin.document["statement"]["claims"]
rho, mu, L = (Fraction(claims[name]) for name in ("radius", "curvature", "smoothness"))
print(
    "radius",
    claims["radius"],
    " curvature",
    claims["curvature"],
    " smoothness",
    claims["smoothness"],
)
assert Fraction(rate) <= 1 / L  # the training's step is allowed

centre = proof.students()
distance = np.array([np.linalg.norm(point - centre) for point in path])
steps = 10 * np.arange(len(path))
entered = int(np.argmax(distance < float(rho)))
print(f"inside from step {steps[entered]} of gradient descent on (looked at every 10 steps)")


# %% tags=["hide-input"]
def draw_basin():
    _, ax = plt.subplots(figsize=(8.4, 3.9), layout="constrained")
    ax.semilogy(steps, distance, color=BLUE, linewidth=1.8, label="training")
    ax.axhspan(1e-14, float(rho), color=GREEN, alpha=0.12, linewidth=0)
    ax.axhline(float(rho), color=GREEN, linewidth=1)
    ax.text(
        1900,
        1e-5,
        r"the basin: descent can only end at $W^*$ (proved)",
        color=GREEN,
        fontweight="bold",
    )
    later = steps[entered:] - steps[entered]
    ax.semilogy(
        steps[entered:],
        distance[entered] * (1 - rate * float(mu)) ** later,
        color=ORANGE,
        linestyle="--",
        label=r"proved bound, a factor of $1-\eta\mu$ a step",
    )
    ax.set(
        xlabel="step of gradient descent on the expected loss",
        ylabel="distance from $W^*$",
        ylim=(1e-14, 3),
        xlim=(0, 4000),
        title="When the outcome was settled",
    )
    ax.legend(loc="lower left")
    plt.show()


draw_basin()

# %% [markdown]
# *The picture shows* the distance of the training from the minimum (blue), on a logarithmic scale:
# it soon enters the green region, the certified basin, and falls on along a straight line, by
# twelve powers of ten in all. The dashed orange line is the bound that is proved; the training is
# faster, since the bound has to hold in the whole ball and in every direction. (It is a statement
# about exact descent; rounding adds an error to each step, here of the order $10^{-16}$.)
#
# ## 4. When it does not work
#
# **At the global minimum** there is nothing to prove: the loss is 0, and it is not spurious.


# %%
def attempt(*args, **options):
    try:
        certify.prove(*args, **options)
    except certify.NotProved as reason:
        print("NotProved:", reason)
    else:
        raise AssertionError("this was not expected to work")


attempt(np.eye(k))

# %% [markdown]
# **A point that has not converged**, like the one that stochastic gradient descent left behind, is
# fine as long as Newton's method may polish it. If you insist on the point as it is
# (`polished=False`), its gradient is too large for a ball around it:

# %%
print(
    "gradient after stochastic gradient descent:"
    f" {np.linalg.norm(gradient(after_sgd, teachers)):.2g}"
)
attempt(after_sgd, polished=False)
print("polished:", certify.prove(after_sgd).loss.printed(12))

# %% [markdown]
# **A saddle** has a vanishing gradient as well. Split a neuron in two halves (nine students now):
# the loss is the same, the gradient is 0, and by a theorem (`certify.split`) it is a saddle
# whatever the shares.

# %%
halves = np.vstack([W[:-1], 0.4 * W[-1:], 0.6 * W[-1:]])
print(
    f"loss {loss(halves, teachers):.6f}, gradient {np.linalg.norm(gradient(halves, teachers)):.1e}"
)
attempt(halves)
assert certify.check(certify.split(proof)).verdict == "PROVED"


# %% [markdown]
# "Not proved" is not "refuted": it only says that no certificate came out. That these halves are a
# saddle is what the other certificate, of `certify.split`, proves.
#
# **A file that has been tampered with.** Somebody enlarges the ball; somebody raises the loss;
# somebody writes a number where a decimal string belongs. The checker names the first inequality
# that it could not verify, or what it could not read:


# %%
def tampered(change):
    document = copy.deepcopy(proof.document)
    change(document["statement"])
    try:
        outcome = certify.check(certify.Certificate(document))
    except certify.Malformed as reason:
        return f"MALFORMED {reason}"
    return f"{outcome.verdict} {outcome.summary}"


def enlarge(statement):
    statement["claims"]["radius"] = "0.1"


def raise_loss(statement):
    statement["claims"]["loss"] = ["0.022", "0.023"]


def write_float(statement):
    statement["centre"][0][0] = 0.5


for change in (enlarge, raise_loss, write_float):
    verdict = tampered(change)
    assert not verdict.startswith("PROVED")
    print(f"{change.__name__}: {verdict}\n")

# %% [markdown]
# ## 5. Teachers of your own
#
# Teachers may be anything but 0. Here they are eight vectors in $\mathbb R^{10}$, of different
# lengths and not orthogonal, drawn near the first eight unit vectors; training starts from the
# student that was stuck before. `targets` passes them on.

# %%
rng = np.random.default_rng(5)
own = np.eye(k, 10) + 0.04 * rng.normal(size=(k, 10))
student = np.pad(W, ((0, 0), (0, 2)))
for _ in range(4000):
    student = student - rate * gradient(student, own)
print(f"loss {loss(student, own):.12f}, gradient {np.linalg.norm(gradient(student, own)):.1e}")

proof_own = certify.prove(student, teachers=own)
print(certify.check(proof_own).verdict)
print("loss       ", proof_own.loss)
print("lambda_min ", proof_own.lambda_min)

# %%
angles = own @ own.T / np.outer(np.linalg.norm(own, axis=1), np.linalg.norm(own, axis=1))


# %% tags=["hide-input"]
def draw_teachers():
    figure, axes = plt.subplots(1, 2, figsize=(9.4, 3.9), layout="constrained")
    for ax, matrix, title, tick in (
        (axes[0], angles, "Cosines between the teachers", "v"),
        (axes[1], proof_own.students() @ np.linalg.pinv(own), "Students in terms of teachers", "w"),
    ):
        image = ax.imshow(matrix, cmap="RdBu_r", vmin=-1.1, vmax=1.1)
        for (i, j), value in np.ndenumerate(matrix):
            ax.text(
                j,
                i,
                f"{round(value, 2) + 0.0:.2f}".replace("-", "\u2212"),
                ha="center",
                va="center",
                fontsize=6.5,
                color="white" if abs(value) > 0.6 else "black",
            )
        ax.set_xticks(range(k), [f"$v_{j + 1}$" for j in range(k)])
        ax.set_yticks(range(k), [f"${tick}_{i + 1}$" for i in range(k)])
        ax.tick_params(length=0)
        ax.set_title(title)
    figure.colorbar(image, ax=axes, shrink=0.85)
    plt.show()


draw_teachers()

# %% [markdown]
# *The picture shows,* left, the cosines of the angles between the teachers, 1 on the diagonal and
# at most 0.13 in size off it; right, the coefficients of the certified students in terms of the
# teachers: the pattern of the first heat map, no longer exactly symmetric, and a minimum all the
# same.
#
# This proof is about exactly these teachers: the decimals in the file are the floats of the array
# `own`, to the last bit. Whole families of teachers are the subject of `certify.near_orthonormal`
# and `certify.random_teacher`.

# %%
np.save(Path(folder.name) / "student.npy", student)
np.save(Path(folder.name) / "teachers.npy", own)
command = ["prove", "student.npy", "--teachers", "teachers.npy", "-o", "own.json"]
run = subprocess.run(
    [sys.executable, "-m", "certify", *command],
    cwd=folder.name,
    capture_output=True,
    check=False,
    text=True,
)
print("certify", *command, "-> exit code", run.returncode)
run = subprocess.run(
    [sys.executable, "-m", "certify", "check", "own.json"],
    cwd=folder.name,
    capture_output=True,
    check=False,
    text=True,
)
print(run.stdout)
assert run.returncode == 0
folder.cleanup()

# %% [markdown]
# ## 6. From the shell
#
# With the weights in `student.npy`, one row a neuron (and the teachers, one row each, in
# `teachers.npy`):
#
#     # orthonormal teachers
#     certify prove student.npy -o mine.json
#     # your own
#     certify prove student.npy --teachers teachers.npy -o own.json
#     # detect the symmetry, prove the whole spectrum
#     certify prove --symmetric student.npy -o sharp.json
#     # what follows from it
#     certify consequence basin mine.json && certify consequence split mine.json
#     # the kernel; exit code 0 only if all is proved
#     certify check mine.json own.json
#     # both checkers
#     certify check --checker all mine.json
#     # the second one alone, on a bare machine
#     python proofs/recheck mine.json
