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
# # The landscape at k = 10
#
# Ten orthonormal teachers in $\mathbb R^{10}$, ten to twelve students, ReLU, Gaussian inputs:
# twelve classes of critical points of this loss have a certificate in `proofs/symmetric/k10`. In
# this notebook you will learn
#
# 1. which classes these are: symmetry, loss, index, and how many points each stands for;
# 2. what their weight matrices look like;
# 3. how loss and smallest Hessian eigenvalue go together, and how a spectrum of 100 to 120
#    eigenvalues comes down to a dozen numbers;
# 4. what the loss looks like on a plane through the global minimum and two spurious ones, with a
#    certified ball drawn to scale;
# 5. what is known inside such a ball, and what the straight line from one minimum to the other can
#    (not) tell.
#
# **What is proved and what is drawn.** Every interval printed below is proved: it stands in a
# certificate which the checker accepts in this very run. The pictures are made with floating-point
# numbers. They prove nothing; they are there to be looked at.

# %%
from fractions import Fraction
from itertools import pairwise
from math import factorial
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.patches import Circle

import certify

FOLDER = Path("proofs/symmetric/k10")
root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / FOLDER).is_dir())
# distinct for colour-blind readers too
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
plt.rcParams.update({"figure.dpi": 78, "font.size": 9.5, "axes.titlesize": 10.5})

# %% [markdown]
# ## 1. Twelve classes
#
# `certify.atlas` looks through files and folders for certificates with this $k$, and checks each
# again. Lowest $n$, then lowest loss first. A class is a critical point together with all the
# points that permutations of rows (students) and columns (teachers) make of it.
#
# * *fixed by*: the permutations that leave the point as it is; $S_9 \times S_1$ permutes the first
#   nine rows and the first nine columns alike, and so on;
# * *index*: how many negative eigenvalues the Hessian has in $\mathbb R^{n\times k}$; 0 for a local
#   minimum;
# * *points*: how many different points the class has, $n!\,k!$ divided by the order of that group
#   (theorem 2 (f) in `proofs/lemmas`).

# %%
entries = certify.atlas(10, [root / FOLDER])
# no claim where the kernel did not prove it
assert all(entry.claim is not None for entry in entries)
names = [entry.path.stem for entry in entries]
claims = {entry.path.stem: entry.claim for entry in entries}
proofs = {entry.path.stem: certify.load(entry.path) for entry in entries}

print(
    f"{'class':6} {'n':>2}  {'kind':8} {'index':>5}  {'fixed by':10} {'loss F in':26}"
    f" {'lambda_min in':28} {'points':>13}"
)
for name in names:
    claim, proof = claims[name], proofs[name]
    problem = claim.problem
    assert claim.exact_isotropy  # nothing else fixes the point, so the number of points is exact
    points = factorial(problem.n) * factorial(problem.k) // problem.group_order()
    print(
        f"{name:6} {problem.n:>2}  {'saddle' if claim.saddle else 'minimum':8}"
        f" {claim.index or 0:>5}"
        f"  {problem.isotropy():10} "
        f"{proof.loss.printed(8):26} {proof.lambda_min.printed(6):28} {points:>13,}"
    )

# %% [markdown]
# The intervals above are cut to a few digits, outward: the lower end rounded down, the upper end
# up. The files know more:

# %%
print("F(W*) of type II lies in", proofs["II"].loss)

# %% [markdown]
# Any two of the intervals of the loss for $n = 10$ are disjoint, so no point belongs to two
# classes, and the numbers of points may be added (lemma 12). For comparison: the global minimum,
# the teachers in any order, is $10! \approx 3.6\cdot 10^6$ points.

# %%
minima = [name for name in names if claims[name].problem.n == 10 and not claims[name].saddle]
intervals = [proofs[name].loss for name in minima]  # in increasing order already
assert all(below.high < above.low for below, above in pairwise(intervals))
total = sum(factorial(10) ** 2 // claims[name].problem.group_order() for name in minima)
print(
    f"at least {total:,} distinct spurious local minima in R^(10 x 10), in {len(minima)} classes;"
)
print(f"global minima: {factorial(10):,}")


# %% [markdown]
# ## 2. The weights
#
# Row $i$ of each picture is student $w_i$, column $j$ its component along teacher $v_j$. If a
# student had learnt a teacher, its row would hold one 1 (dark red) and zeros (white).


# %% tags=["hide-input"]
def draw_weights():
    figure, axes = plt.subplots(3, 4, figsize=(8.8, 7.4), layout="constrained")
    for name, ax in zip(names, axes.flat, strict=True):
        weights = proofs[name].students()
        image = ax.imshow(weights, cmap="RdBu_r", vmin=-1.1, vmax=1.1)
        kind = f"saddle, index {claims[name].index}" if claims[name].saddle else "minimum"
        ax.set_title(
            f"{name}   ({kind})\n$n = {len(weights)}$,  $F \\approx$ {proofs[name].loss.middle:.4f}"
        )
        ax.set_xticks([])
        ax.set_yticks([])
        for side in ax.spines.values():
            side.set_color(GREY)
    figure.colorbar(
        image, ax=axes, shrink=0.5, label="component of a student (row) along a teacher (column)"
    )
    plt.show()


draw_weights()


# %% [markdown]
# *The picture shows* twelve weight matrices as heat maps, red for positive and blue for negative
# entries. II: nine students match a teacher each, the last one points away from its teacher (blue
# corner), and the nine make up for it with a little of that teacher (pale red column). II_2 and
# II_3 have two and three such flipped students. A: all ten are flipped,
# $w_i \approx -v_i + 0.2 \sum_j v_j$, and it is a local minimum all the same. A_6, A_7, A_8: six,
# seven, eight flipped, which share the corrections among themselves, and the rest match; I would be
# A_9. Last row: with one student more than teachers, II+1 is still a minimum (two students share
# the last place) and A+1 a saddle; with two more, II+2 and I+2 are saddles.
#
# ## 3. Loss, curvature, spectrum
#
# Next each class is drawn as a point: its loss and the smallest eigenvalue of the Hessian there.
# Both are known to 30 digits or more; a point on the page is $10^{27}$ times as large.


# %% tags=["hide-input"]
def draw_losses():
    _, ax = plt.subplots(figsize=(7, 4), layout="constrained")
    style = {10: ("o", BLUE), 11: ("s", ORANGE), 12: ("^", GREEN)}
    for name in names:
        claim, proof = claims[name], proofs[name]
        marker, colour = style[claim.problem.n]
        x, y = proof.loss.middle, proof.lambda_min.middle
        ax.plot(
            x,
            y,
            marker,
            color=colour,
            markersize=8,
            markerfacecolor="none" if claim.saddle else colour,
            markeredgewidth=1.6,
        )
        ax.annotate(
            name, (x, y), xytext=(0, 8), textcoords="offset points", ha="center", va="bottom"
        )
    for n, (marker, colour) in style.items():
        ax.plot([], [], marker, color=colour, label=f"$n = {n}$")
    ax.plot(
        [], [], "o", color=GREY, markerfacecolor="none", markeredgewidth=1.6, label="hollow: saddle"
    )
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.set(
        xlabel="loss $F$ at the critical point",
        ylabel="smallest eigenvalue of the Hessian",
        xlim=(0, 0.084),
        ylim=(-0.053, 0.041),
    )
    ax.legend(loc="lower center", ncols=2, frameon=False)
    ax.set_title("Loss against smallest eigenvalue, $k = 10$")
    plt.show()


draw_losses()

# %% [markdown]
# *The picture shows* eight filled blue points (the minima with $n = k$) above the zero line: the
# more students of type II flip, the higher and the flatter; in the series A_6 to A the other way
# round. With one student more (orange) II+1 is still a minimum, though a flat one, and A+1 is a
# saddle; the hollow green points far below the line are the saddles with two more.
#
# **The spectrum.** Symmetry makes eigenvalues equal in bundles. The Hessian of type II is a
# $100\times100$ matrix with twelve different eigenvalues. The certificate encloses each, with its
# multiplicity; the last column is what NumPy's symmetric eigenvalue solver says of the same matrix,
# from the closed form of lemma 2, written out here:


# %%
def pairs(U, V):
    """For all rows u of U and v of V: p = u.v, S = |u||v| sin(angle), A = pi - angle (lemma 1).
    Shapes (..., n, d), (m, d) -> (..., n, m).
    """
    p = U @ np.swapaxes(V, -1, -2)
    squares = (U**2).sum(-1)[..., :, None] * (V**2).sum(-1)[..., None, :]
    S = np.sqrt(np.maximum(squares - p**2, 0))
    return p, S, np.arctan2(S, -p)


def f(U, V):
    p, S, A = pairs(U, V)
    return (S + A * p) / (2 * np.pi)


def loss(W, V):
    """F at W, or at each of an array of matrices W of shape (..., n, d)."""
    return f(W, W).sum((-2, -1)) / 2 - f(W, V).sum((-2, -1)) + f(V, V).sum() / 2


def hessian(W, V):
    """The Hessian at one W, shape (n d, n d); no two rows parallel."""
    n, d = W.shape
    rows = np.vstack([W, V])
    sign = np.repeat([1.0, -1.0], [n, len(V)])
    p, S, A = pairs(rows, rows)
    H = np.zeros((n, d, n, d))
    for i, w in enumerate(W):
        others = np.arange(len(rows)) != i
        kappa = (sign * S[i])[others].sum() / (2 * np.pi * p[i, i])
        q = (rows - np.outer(p[i] / p[i, i], w))[others]
        weight = (sign[others] / (2 * np.pi * S[i, others]))[:, None]
        H[i, :, i] = (
            (0.5 + kappa) * np.eye(d) - kappa * np.outer(w, w) / p[i, i] + q.T @ (weight * q)
        )
        for j in set(range(n)) - {i}:
            v, c = W[j], p[i, j]
            mixed = (
                np.outer(w, v)
                + np.outer(v, w)
                - c / p[j, j] * np.outer(v, v)
                - c / p[i, i] * np.outer(w, w)
            )
            H[i, :, j] = (A[i, j] * np.eye(d) + mixed / S[i, j]) / (2 * np.pi)
    return H.reshape(n * d, n * d)


teachers = np.eye(10)
floats = np.linalg.eigvalsh(hessian(proofs["II"].students(), teachers))
spectrum = proofs["II"].spectrum()
assert sum(times for _, times in spectrum) == 100

print(f"{'times':>5}  {'the eigenvalue lies in':34} float64")
done = 0
for enclosure, times in spectrum:
    bundle = floats[done : done + times]
    done += times
    assert all(abs(value - enclosure.middle) < 1e-12 for value in bundle)
    print(f"{times:>5}  {enclosure.printed(14):34} {bundle.mean():.12f}")


# %% [markdown]
# The same for all twelve classes. The area of a disc is proportional to the multiplicity.


# %% tags=["hide-input"]
def draw_spectra():
    _, ax = plt.subplots(figsize=(8, 4.3), layout="constrained")
    for row, name in enumerate(names):
        values = np.array([enclosure.middle for enclosure, _ in proofs[name].spectrum()])
        times = np.array([times for _, times in proofs[name].spectrum()])
        ax.scatter(
            values,
            np.full(len(values), row),
            s=4.5 * times,
            color=np.where(values < 0, ORANGE, BLUE),
            alpha=0.65,
            linewidth=0,
        )
        ax.plot(
            values, np.full(len(values), row), "|", color="black", markersize=9, markeredgewidth=0.9
        )
    for times in (1, 10, 30):
        ax.scatter([], [], s=4.5 * times, color=BLUE, alpha=0.65, linewidth=0, label=f"{times}")
    ax.legend(title="multiplicity", loc="upper left", ncols=3)
    ax.set_xscale("symlog", linthresh=0.01, linscale=0.8)
    ax.set_xticks(
        [-0.1, -0.01, 0, 0.01, 0.1, 1], ["\u22120.1", "\u22120.01", "0", "0.01", "0.1", "1"]
    )
    ax.set_yticks(
        range(len(names)), [f"{name}  ($n = {claims[name].problem.n}$)" for name in names]
    )
    ax.invert_yaxis()
    ax.axvline(0, color=GREY, linewidth=0.8)
    ax.axvspan(-0.01, 0.01, color="0.94", zorder=0)
    ax.grid(axis="y", color="0.9")
    ax.set_axisbelow(True)
    ax.set(
        xlabel="eigenvalue of the Hessian (linear in the grey strip, logarithmic outside)",
        xlim=(-0.11, 6),
    )
    ax.set_title("Spectra: black ticks are the eigenvalues, the area of a disc is the multiplicity")
    plt.show()


draw_spectra()

# %% [markdown]
# *The picture shows* a line of ticks for each class, with discs around those of high multiplicity:
# large bundles near 0.06 and 0.38, a sparse group of steep directions above 1, and below 0 (orange)
# the one bundle of 8 or 9 that makes a saddle of II+2, I+2 and A+1.
#
# ## 4. A plane through three minima
#
# Three points of $\mathbb R^{100}$ span a plane: a global minimum (the identity matrix), the
# minimum of type II, the minimum of type A. On it the loss is computed at $241\times 181$ points.
# Beside it, the surroundings of type II in the same plane, enlarged a thousand times: the solid
# circle is the plane's share of the ball in which the certificate proves that there is exactly one
# critical point, to scale. (To the same scale it is smaller than a pixel in the first picture.)

# %%
V, P, Q = teachers, proofs["II"].students(), proofs["A"].students()
east = (P - V) / np.linalg.norm(P - V)
north = (Q - V) - ((Q - V) * east).sum() * east
north /= np.linalg.norm(north)


def in_plane(W):
    return np.array([((W - V) * east).sum(), ((W - V) * north).sum()])


def on_plane(x, y):
    return V + x[..., None, None] * east + y[..., None, None] * north


places = {"global": in_plane(V), "II": in_plane(P), "A": in_plane(Q)}
x, y = np.meshgrid(np.linspace(-2.0, 5.0, 241), np.linspace(-1.6, 6.6, 181))
z = loss(on_plane(x, y), teachers)
radius = float(Fraction(proofs["II"].document["statement"]["claims"]["radius"]))
basin = certify.load(root / "proofs/consequences/k10-II.basin.json")
assert certify.check(basin).verdict == "PROVED"
flow = float(Fraction(basin.document["statement"]["claims"]["radius"]))


# %% tags=["hide-input"]
def draw_plane():
    figure, (ax, zoom) = plt.subplots(
        1, 2, figsize=(9.8, 4.6), layout="constrained", width_ratios=[1.05, 1]
    )
    levels = np.geomspace(0.005, 20, 19)
    filled = ax.contourf(x, y, z, levels=levels, norm=LogNorm(), cmap="viridis", extend="both")
    ax.contour(x, y, z, levels=[0.01, 0.03, 0.08, 0.11, 0.3, 1], colors="white", linewidths=0.5)
    figure.colorbar(filled, ax=ax, label="loss", ticks=[0.01, 0.1, 1, 10], format="%g")
    for name, (a, b) in places.items():
        ax.plot(
            a,
            b,
            "*" if name == "global" else "o",
            color="white",
            markeredgecolor="black",
            markersize=13 if name == "global" else 7,
        )
        ax.annotate(
            f"{name}"
            + ("" if name == "global" else f"\n$F\\approx${proofs[name].loss.middle:.4f}"),
            (a, b),
            xytext=(9, 5),
            textcoords="offset points",
            color="white",
            fontweight="bold",
        )
    ax.set_aspect("equal")
    ax.set(
        xlabel="distance along the line from the global minimum to II",
        ylabel="distance across that line, towards A",
    )
    ax.set_title("The plane through a global minimum, II and A")

    half = 0.0035
    a, b = np.meshgrid(np.linspace(-half, half, 121), np.linspace(-half, half, 121))
    above = (
        loss(on_plane(places["II"][0] + a, places["II"][1] + b), teachers)
        - proofs["II"].loss.middle
    )
    levels = np.linspace(0, np.sqrt(1e6 * above.max()), 10) ** 2
    near = zoom.contourf(1e3 * a, 1e3 * b, 1e6 * above, levels=levels, cmap="viridis")
    figure.colorbar(
        near,
        ax=zoom,
        label=r"loss above that of II, times $10^6$",
        ticks=[0, 1, 2, 4, 8, 12, 16],
        format="%g",
        spacing="proportional",
    )
    zoom.add_patch(Circle((0, 0), 1e3 * radius, fill=False, edgecolor="white", linewidth=2.4))
    zoom.add_patch(
        Circle((0, 0), 1e3 * flow, fill=False, edgecolor="white", linewidth=1.4, linestyle="--")
    )
    zoom.plot(0, 0, "o", color="white", markeredgecolor="black", markersize=6)
    zoom.annotate(
        "II", (0, 0), xytext=(7, 5), textcoords="offset points", color="white", fontweight="bold"
    )
    zoom.text(
        0,
        1e3 * radius + 0.15,
        "solid: just one critical point",
        color="white",
        ha="center",
        va="bottom",
        fontweight="bold",
    )
    zoom.text(
        0,
        -1e3 * radius - 0.15,
        "dashed: gradient flow ends in II",
        color="white",
        ha="center",
        va="top",
        fontweight="bold",
    )
    zoom.set_aspect("equal")
    zoom.set(
        xlabel=r"the same directions, in units of $10^{-3}$ around II",
        title="Around II, with the certified balls to scale",
    )
    plt.show()


draw_plane()

# %%
print(
    "radius of the ball with one critical point:",
    proofs["II"].document["statement"]["claims"]["radius"],
)
print(
    "radius of the basin:                       ", basin.document["statement"]["claims"]["radius"]
)
I = proofs["I"].students()
x_I, y_I = in_plane(I)
print(
    f"type I, seen from above the plane, is at ({x_I:.2f}, {y_I:.2f}),"
    f" {np.linalg.norm(I - on_plane(x_I, y_I)):.2f} away from it (float)"
)

# %% [markdown]
# *The picture shows,* left, contours of the loss on the plane (colours logarithmic, white lines at
# 0.01, 0.03, 0.08, 0.11, 0.3, 1): a deep valley around the global minimum (star) and shallower ones
# at II and A (discs), mirror images at first sight: going right flips the tenth student, going up
# flips the other nine. The fourth pit, upper left, belongs to type I (nine flipped, one not), which
# is not quite in the plane. Right, the same plane around II, enlarged: ellipses, and two circles,
# the solid one of radius 0.00242 and the dashed one, of radius 0.00218, from which gradient flow is
# proved to end in II (`proofs/consequences`).
#
# A plane shows 2 of 100 dimensions. That II and A are local minima in the other 98 as well is what
# the certificates prove; the picture could not.
#
# ## 5. Along lines
#
# First the loss on the straight line from the global minimum to II, then from II to A. Last, in a
# doubly logarithmic picture: inside the basin of II the eigenvalues of the Hessian are proved to
# lie between $\mu$ and $L$, hence $\tfrac{\mu}{2}|W-W^*|^2 \le F(W)-F(W^*)\le\tfrac L2|W-W^*|^2$,
# the green wedge. Floating-point values along the softest direction, the steepest one and three
# random ones run inside it.

# %%
s = np.linspace(0, 1, 401)


def between(start, end):
    return loss(start + s[:, None, None] * (end - start), teachers)


# %% tags=["hide-input"]
def draw_paths():
    _, (first, second, inside) = plt.subplots(
        1, 3, figsize=(9.6, 3.2), layout="constrained", width_ratios=[1, 1, 1.35]
    )
    for ax, (start, end), colour in (
        (first, ("global", "II"), BLUE),
        (second, ("II", "A"), ORANGE),
    ):
        ends = [teachers if name == "global" else proofs[name].students() for name in (start, end)]
        length = np.linalg.norm(ends[1] - ends[0])
        values = between(*ends)
        ax.plot(length * s, values, color=colour, linewidth=1.8)
        for name, x, y, side in ((start, 0, values[0], "left"), (end, length, values[-1], "right")):
            ax.plot(
                x,
                y,
                "*" if name == "global" else "o",
                color="black",
                markersize=11 if name == "global" else 6,
            )
            ax.annotate(name, (x, y), xytext=(0, -8), textcoords="offset points", va="top", ha=side)
        ax.set(
            xlabel="distance",
            title=f"The loss from {start} to {end}",
            ylim=(-0.11 * values.max(), 1.06 * values.max()),
        )
    first.set_ylabel("loss")
    print(
        "highest point of the line from the global minimum to II:"
        f" {between(V, P).max():.4f}, from II"
        f" to A: {between(P, Q).max():.4f} (float)"
    )

    mu, L = (
        float(Fraction(basin.document["statement"]["claims"][name]))
        for name in ("curvature", "smoothness")
    )
    r = np.geomspace(2e-5, flow, 40)
    inside.fill_between(
        r,
        mu / 2 * r**2,
        L / 2 * r**2,
        color=GREEN,
        alpha=0.2,
        linewidth=0,
        label=r"proved: $\mu r^2/2$ to $L r^2/2$",
    )
    vectors = np.linalg.eigh(hessian(P, teachers))[1].T
    rng = np.random.default_rng(0)
    directions = [vectors[0], vectors[-1], *rng.normal(size=(3, 100))]
    for number, vector in enumerate(directions):
        direction = vector.reshape(10, 10) / np.linalg.norm(vector)
        value = loss(P + r[:, None, None] * direction, teachers) - proofs["II"].loss.middle
        assert (value > 0).all() and (value < L / 2 * r**2).all() and (value > mu / 2 * r**2).all()
        label = {0: "softest direction", 1: "steepest direction", 2: "random directions"}.get(
            number
        )
        inside.loglog(
            r,
            value,
            color=(BLUE, ORANGE)[number] if number < 2 else GREY,
            linewidth=2 if number < 2 else 0.6,
            label=label,
        )
    inside.set(
        xlabel="distance $r$ from II",
        ylabel="loss above that of II",
        title="Inside the basin of II",
    )
    inside.legend(loc="upper left")
    plt.show()


draw_paths()

# %% [markdown]
# *The picture shows* a low hump between the global minimum and II, a hump forty times as high
# between II and A, and, right, straight lines of slope 2 inside the green wedge: the steepest
# direction along its upper edge, the softest one a factor of ten above the lower edge. (The proof
# of a lower bound for a whole ball gives away that much.)
#
# The humps only say that the *straight* way is barred; a curved path might pass lower. What the
# certificate does give is a barrier around the ball: on the sphere of radius $\rho$ around $W^*$
# every point has $F \ge F(W^*) + \mu\rho^2/2$. So no path that starts in the ball below that value,
# and on which the loss never rises, gets out.
#
# ## 6. From the shell
#
# In the root of the repository:
#
#     # the table of part 1, with every proof checked
#     certify atlas -k 10
#     # the theorem, and both sides of every inequality
#     certify show proofs/symmetric/k10/II.json
#     # the kernel
#     certify check proofs/symmetric/k10
#     # and the second checker, which shares no line with it
#     certify check --checker all proofs/symmetric/k10
#     certify check proofs/consequences/k10-II.basin.json
