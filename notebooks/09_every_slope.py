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
# # Every slope: slight nonlinearities make bad minima, too
#
# Leaky ReLU with slope $a$ is $t$ for $t \ge 0$ and $a t$ below. At $a = 1$ the network is linear,
# and its loss has no spurious minimum. In this notebook you will learn
#
# 1. why one number $c$ decides, whatever the activation: the parity trick, in ten lines;
# 2. what happens to type II as the slope goes from $-1$ to $1$, with six teachers and with fewer;
# 3. how one file proves a minimum for every slope in $(-1, 1)$, and how to recompute it at points
#    of your choice;
# 4. what both checkers say when somebody changes the file.
#
# **Setting.** $x \sim N(0, I_d)$, orthonormal teachers $v_1,\dots,v_k$, students $w_1,\dots,w_k$,
# and $F_\sigma(W) = \tfrac12\,\mathbb E\bigl(\sum_i\sigma(w_i\cdot x) -
# \sum_j\sigma(v_j\cdot x)\bigr)^2$ with $\sigma(t) = p\,[t]_+ + q\,[-t]_+$, $p + q \ne 0$. ReLU has
# $p = 1$, $q = 0$, leaky ReLU $p = 1$, $q = -a$, and $|t|$ has $p = q = 1$. $F$ is the loss of
# ReLU. The lemma is number 24, the theorem number 18, in `proofs/lemmas/`.

# %%
import json
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import certify

# distinct for colour-blind readers too
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
plt.rcParams.update({"figure.dpi": 71, "font.size": 9.8, "axes.titlesize": 10.5})
ROOT = Path("..") if Path("../proofs").exists() else Path()

# %% [markdown]
# ## 1. The parity trick
#
# 1. $[t]_+ = \tfrac12(|t| + t)$ and $[-t]_+ = \tfrac12(|t| - t)$.
# 2. So $\sigma(t) = e\,|t| + o\,t$ with $e = \tfrac12(p + q)$ and $o = \tfrac12(p - q)$: an even
#    part and an odd part.
# 3. The error of the network is $e\,D(x) + o\,s\cdot x$ with $D(x) = \sum_i|w_i\cdot x| -
#    \sum_j|v_j\cdot x|$ and $s = \sum_i w_i - \sum_j v_j$.
# 4. $D(-x) = D(x)$, but $s\cdot(-x) = -s\cdot x$; and $-x$ is as likely as $x$. Hence
#    $\mathbb E\,D(x)\,(s\cdot x) = 0$: **nothing mixed is left of the square.**
# 5. $\mathbb E(s\cdot x)^2 = |s|^2$, so $F_\sigma = \tfrac12 e^2\,\mathbb E D^2 +
#    \tfrac12 o^2\,|s|^2$.
# 6. For ReLU $e = o = \tfrac12$: $F = \tfrac18\,\mathbb E D^2 + \tfrac18|s|^2$, that is
#    $\mathbb E D^2 = 8F - |s|^2$.
# 7. Insert 6 in 5: $F_\sigma = 4e^2 F + \tfrac12(o^2 - e^2)\,|s|^2$.
# 8. $4e^2 = (p + q)^2$ and $o^2 - e^2 = -pq$:
#    $$F_\sigma = (p + q)^2\,F - \tfrac12\,pq\,|s|^2.$$
# 9. With $c = (o/e)^2 = \bigl(\tfrac{p - q}{p + q}\bigr)^2$ the same line is $F_\sigma =
#    \tfrac14(p + q)^2\,G_c$, where
#    $$G_c = 4F + \tfrac12(c - 1)\,|s|^2.$$
#    (Theorem 18 calls a quarter of it $G_c$.)
# 10. So up to a factor there is one loss for each $c \ge 0$: $c = 0$ is $|t|$, $c = 1$ is ReLU,
#     $c \to\infty$ is linear, and leaky ReLU has $c = \bigl(\tfrac{1 + a}{1 - a}\bigr)^2$.
#
# We check line 8 at random, by the expectation itself: in the plane $F_\sigma$ is a mean over
# angles, since $\sigma$ is homogeneous and $\mathbb E|x|^2 = 2$.


# %%
def by_angles(W, V, p, q, count=200_000):
    """The loss in the plane, from its definition."""
    angle = (np.arange(count) + 0.5) * 2 * np.pi / count
    x = np.sqrt(2) * np.stack([np.cos(angle), np.sin(angle)])
    error = sum(
        sign * (p * np.maximum(rows @ x, 0) + q * np.maximum(-(rows @ x), 0)).sum(0)
        for sign, rows in ((1, W), (-1, V))
    )
    return (error**2).mean() / 2


rng = np.random.default_rng(0)
W, V = rng.normal(size=(3, 2)), rng.normal(size=(2, 2))
s = W.sum(0) - V.sum(0)
print(f"{'p':>5} {'q':>6}  {'from the definition':>20}  {'by line 8':>12}")
for p, q in ((1, -0.2), (1, 0.9), (1, 1), (-2, 0.5)):
    line8 = (p + q) ** 2 * by_angles(W, V, 1, 0) - p * q / 2 * s @ s
    print(f"{p:5} {q:6}  {by_angles(W, V, p, q):20.8f}  {line8:12.8f}")
    assert abs(by_angles(W, V, p, q) - line8) < 1e-7

# %% [markdown]
# ## 2. Follow one minimum through all slopes
#
# $F$ has a closed form: of two rows $u, v$ at the angle $\theta$, $\mathbb E[u\cdot x]_+
# [v\cdot x]_+ = \frac{|u||v|}{2\pi}(\sin\theta + (\pi - \theta)\cos\theta)$. That gives $G_c/4$,
# its gradient and, by differences, its Hessian; Newton's method does the rest. Type II begins, at
# slope $-1$, with one teacher's sign flipped. (For $|t|$ a sign does not count: that is a global
# minimum, and so $c = 0$ is left out of every theorem here.) We look at the smallest eigenvalue of
# the Hessian of $F_\sigma$, divided by $(p + q)^2$.


# %%
def pairs(u, v):
    """u.v, |u||v| sin and pi - angle, for all pairs of rows."""
    dot = u @ v.T
    square = np.outer((u * u).sum(1), (v * v).sum(1)) - dot**2
    sine = np.sqrt(np.where(square < 1e-14, 0, square))
    return dot, sine, np.arctan2(sine, -dot)


def loss(W, c):
    """G_c/4 for orthonormal teachers: F_sigma divided by (p + q)^2."""
    rows = np.concatenate([W, np.eye(W.shape[1])])
    signs = np.array([1] * len(W) + [-1] * W.shape[1])
    dot, sine, angle = pairs(rows, rows)
    s = signs @ rows
    return signs @ (sine + angle * dot) @ signs / (4 * np.pi) + (c - 1) / 8 * s @ s


def gradient(W, c):
    rows = np.concatenate([W, np.eye(W.shape[1])])
    signs = np.array([1] * len(W) + [-1] * W.shape[1])
    _, sine, angle = pairs(W, rows)
    radial = (sine @ signs) / (W * W).sum(1)
    of_relu = (radial[:, None] * W + (angle * signs) @ rows) / (2 * np.pi)
    return of_relu + (c - 1) / 4 * (signs @ rows)


def hessian(W, c, step=1e-5):
    moves = np.eye(W.size).reshape(-1, *W.shape) * step
    found = np.array([(gradient(W + m, c) - gradient(W - m, c)).ravel() for m in moves])
    return (found + found.T) / (4 * step)


def critical(W, c):
    for _ in range(12):
        move = np.linalg.solve(hessian(W, c), gradient(W, c).ravel()).reshape(W.shape)
        W = W - move
        if np.abs(move).max() < 1e-10:
            return W
    raise ArithmeticError("Newton's method does not converge")


def c_of(a):
    return ((1 + a) / (1 - a)) ** 2


def follow(k, slopes):
    """Smallest eigenvalues of type II, slope by slope, and the last point."""
    W, found = np.diag([1.0] * (k - 1) + [-1.0]), []
    W[:-1, -1] += 1e-3
    for a in slopes:
        W = critical(W, c_of(a))
        found.append(np.linalg.eigvalsh(hessian(W, c_of(a)))[0])
    return np.array(found), W


ENDS = {3: -0.552, 4: -0.475, 5: -0.3, 6: 0.99, 7: 0.99, 8: 0.99}
lowest = {}
for k, end in ENDS.items():
    slopes = np.linspace(-0.95, end, 24)
    lowest[k] = slopes, follow(k, slopes)[0]
    signs = np.flatnonzero(np.diff(np.sign(lowest[k][1])))
    told = "positive at all"
    if len(signs):
        before, after = slopes[signs[0] : signs[0] + 2]
        told = f"positive up to {before:.3f}, negative at {after:.3f}"
    print(f"k = {k}: smallest eigenvalue {told}; at slope {end}: {lowest[k][1][-1]:+.5f}")


# %% tags=["hide-input"]
def bound_of(k):
    file = ROOT / "proofs" / "every-slope" / f"k{k:02d}" / "II.json"
    return float(certify.load(file).document["statement"]["claims"]["curvature"])


def draw_followed():
    _, (left, right) = plt.subplots(1, 2, figsize=(10.4, 3.6), layout="constrained")
    for k, colour in zip((3, 4, 5), (BLUE, ORANGE, GREEN), strict=True):
        left.plot(*lowest[k], color=colour, label=f"$k = {k}$")
    left.axhline(0, color=GREY, linewidth=0.8)
    left.set(xlabel="slope $a$", ylabel="smallest eigenvalue $/(p + q)^2$", title="few teachers")
    left.legend()
    for k, colour in zip((6, 7, 8), (BLUE, ORANGE, GREEN), strict=True):
        right.semilogy(*lowest[k], color=colour, label=f"$k = {k}$")
        right.axhline(bound_of(k), color=colour, linestyle="--", linewidth=0.9)
    right.axvline(0, color=GREY, linewidth=0.8)
    right.set(xlabel="slope $a$", title="six and more: dashed, what is proved for every slope")
    right.legend()
    plt.show()


draw_followed()

# %% [markdown]
# *The picture shows,* left, that with three, four and five teachers type II is a minimum at slopes
# near $-1$ only: the eigenvalue crosses zero. Right, with six and more it does not, however close
# to 1 the slope is: in units of $(p + q)^2$ the eigenvalue does not even tend to 0. (The unit does:
# at slope 0.99 it is 0.0001. The nonlinearity is slight, and the minimum shallow, but it is there.)
#
# ## 3. One file for every slope
#
# Floating point at two dozen slopes proves nothing about the slopes between. This file does:

# %%
every = certify.load(ROOT / "proofs" / "every-slope" / "k06" / "II.json")
print(every.theorem())
print()
print(certify.check(every).verdict)

# %% [markdown]
# How? $c$ goes to infinity at slope 1, so it is no good variable. With a multiplier $\mu$ for each
# block of columns, $\mu = cs/4$, and $q = \tfrac k2(1 - w)$, $c = w/q$, the equations
#
# $$\operatorname{grad} F - \tfrac14 s + \mu = 0,\qquad w\,s = 4q\,\mu$$
#
# say that the gradient of $G_c$ vanishes, and are regular for all $w \in [0, 1]$, both ends
# included. The file cuts $[0, 1]$ into boxes, and holds for each box polynomials in $w$ that follow
# the point. The checker bounds what they miss, for all $w$ of the box at once.
#
# We read the polynomials and go to slopes of our choice. On the first box they are those of
# $X$ in $W = W_0 + wX$, with $W_0$ the teachers, one sign flipped.

# %%
BOXES = every.document["witness"]["cover"]
print(f"{len(BOXES)} boxes; slopes at their ends:")


def slope_at(w):
    if w == 1:
        return 1.0
    root = (w / (3 * (1 - w))) ** 0.5  # q = 3 (1 - w) for k = 6
    return (root - 1) / (root + 1)


print(" ".join(f"{slope_at(float(box['from'])):.3f}" for box in BOXES), "1.000")


def point_at(a):
    """The 6 x 6 matrix that the file has for this slope."""
    c = Fraction(c_of(Fraction(str(a))))
    w = 6 * c / (2 + 6 * c)
    box = next(box for box in BOXES if w <= Fraction(box["to"]))
    low, high = Fraction(box["from"]), Fraction(box["to"])
    y = w - (low if low == 0 else (low + high) / 2)
    x = [sum(Fraction(number) * y**i for i, number in enumerate(line)) for line in box["branch"]]
    if low == 0:
        x = [start + w * value for start, value in zip((1, 0, 0, 0, -1), x[:5], strict=True)]
    on, off, right, below, last = map(float, x[:5])
    W = np.full((6, 6), off)
    np.fill_diagonal(W, on)
    W[:5, 5], W[5, :5], W[5, 5] = right, below, last
    return W


bound = bound_of(6)
print(
    f"{'slope':>7} {'gradient':>9} {'smallest eigenvalue':>20} {'loss':>11}   in units of (p + q)^2"
)
for a in ("-0.99", "-0.9", "-0.5", "-0.1", "0", "0.2", "0.5", "0.9", "0.99"):
    W, c = point_at(a), c_of(float(a))
    least = np.linalg.eigvalsh(hessian(W, c))[0]
    size = np.abs(gradient(W, c)).max() / max(1, c)
    print(f"{a:>7} {'< 1e-8' if size < 1e-8 else size:>9} {least:20.5f} {loss(W, c):11.8f}")
    assert size < 1e-8 and least > bound and loss(W, c) > 0

# %% [markdown]
# Between the points nothing is left to chance: on each box the same inequalities are verified for
# every $w$ at once. Here is how near they are to failing, box by box. (All pivots of the Hessian
# less the bound have to be positive; the loss is that of the tube, divided by $w$ on box 1.)

# %%
outcome = certify.check(every)
SHOWN = {"contraction", "curvature", "spurious"}
table = {}
for inequality in outcome.inequalities:
    if " box " in inequality.sentence and inequality.code in {
        "contraction",
        "curvature",
        "spurious",
    }:
        box = int(inequality.sentence.split(" box ")[1].split()[0])
        side = inequality.left if inequality.code == "contraction" else inequality.right
        value = float(str(side).strip("[]").split(", ")[inequality.code == "contraction"])
        table.setdefault(box, {}).setdefault(inequality.code, []).append(value)
print("box  contraction < 1  least pivot > 0  loss > 0")
for box, found in table.items():
    print(
        f"{box:3}  {max(found['contraction']):15.3f}  {min(found['curvature']):15.5f}"
        f"  {min(found['spurious']):8.5f}"
    )


# %% tags=["hide-input"]
def draw_phases():
    _, ax = plt.subplots(figsize=(7.4, 3.6), layout="constrained")
    for file in sorted((ROOT / "proofs" / "every-slope").glob("k*/II.json")):
        statement = json.loads(file.read_text())["statement"]
        k, (low, high) = statement["problem"]["k"], statement["claims"]["c"]
        if k > 20:
            continue
        root = float("inf") if high == "infinity" else float(high) ** 0.5
        top = 1 if high == "infinity" else (root - 1) / (root + 1)
        assert low == "0"
        ax.bar(k, top + 1, 0.84, -1, color="#9ccbe8")
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.set(xlabel="$k$", ylabel="slope $a$", ylim=(-1, 1), xticks=range(3, 21))
    ax.set_title("Type II: a certified minimum for every slope in blue")
    plt.show()


draw_phases()

# %% [markdown]
# *The picture shows* for each number of teachers the slopes for which one file proves type II a
# strict spurious minimum: all of $(-1, 1)$ from six teachers on, the lower part with fewer. The
# larger picture in the documentation, with types A and I and a mark for each certificate, is drawn
# from the same files.
#
# ## 4. What a changed file is worth
#
# Four lies: a bound above the eigenvalue that we saw at slope 0.99; a gap between two boxes; five
# teachers, whose file stops before the birth, claimed for more slopes; a negative $c$.

# %%
five = certify.load(ROOT / "proofs" / "every-slope" / "k05" / "II.json")


def tampered(certificate, change):
    document = json.loads(json.dumps(certificate.document))
    document.pop("provenance", None)
    change(document)
    return document


def raise_bound(document):
    document["statement"]["claims"]["curvature"] = "0.0024"


def leave_gap(document):
    document["witness"]["cover"][3]["from"] = "0.0701"


def beyond_birth(document):
    document["statement"]["claims"]["c"][1] = "0.27"


def negative(document):
    document["statement"]["claims"]["c"][0] = "-1"


for name, certificate, change in (
    ("bound 0.0024", every, raise_bound),
    ("a gap", every, leave_gap),
    ("k = 5 beyond the birth", five, beyond_birth),
    ("c from -1 on", every, negative),
):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "changed.json"
        path.write_text(json.dumps(tampered(certificate, change)))
        run = [sys.executable, "-m", "certify", "check", "--checker", "all", str(path)]
        told = subprocess.run(run, capture_output=True, text=True, check=False)
    verdicts = [line.split()[0] for line in told.stdout.splitlines() if line[:1].isupper()]
    print(f"{name:>24}: {', '.join(dict.fromkeys(verdicts))}, exit code {told.returncode}")
    assert told.returncode != 0 and "PROVED" not in verdicts

# %% [markdown]
# ## 5. From the shell
#
# In the root of the repository:
#
#     # the kernel, then both checkers
#     certify check proofs/every-slope
#     certify check --checker all proofs/every-slope/k06/II.json
#     # the theorem, its corollaries, and the inequalities, box after box
#     certify show proofs/every-slope/k06/II.json
#     # make it again, or for another k (ten seconds)
#     certify family II -k 12 --every-slope
#     # type A at some slopes
#     certify family A -k 6 --every-slope --c 0.9 1.1
#     # one slope, with its loss and all eigenvalues to many digits
#     certify family II -k 6 --slope 0.2
