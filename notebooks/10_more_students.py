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
# # Thirteen students of eleven teachers
#
# Does training get stuck if the student has more neurons than the teacher? Random starts say no,
# as soon as there are two more. But a spurious minimum can exist without being met. This notebook
# is about one of them: 13 students, 11 teachers. In it you will learn
#
# 1. what the point looks like;
# 2. how its symmetry leaves 9 numbers of 143, and what a block of type `copy` is;
# 3. how to prove it, and the same for other numbers of teachers;
# 4. why splitting a neuron opens a way down;
# 5. which starts meet it, and which do not;
# 6. for which numbers of teachers it is a minimum, and where that begins and ends;
# 7. what is known about such minima, and by whom.
#
# **Setting.** $x \sim N(0, I_d)$, orthonormal teachers $v_1,\dots,v_k$, students $w_1,\dots,w_n$,
# $n \ge k$, and $F(W) = \tfrac12\,\mathbb E\bigl(\sum_i[w_i\cdot x]_+ -
# \sum_j[v_j\cdot x]_+\bigr)^2$. The global minimum is 0, with more students as well.
#
# **What is proved and what is drawn.** Intervals stand in certificates which the checker accepts in
# this very run. Everything else, pictures above all, is floating point and proves nothing.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import certify

FOLDER = Path("proofs/overparameterised")
root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / FOLDER).is_dir())
FAMILIES = root / FOLDER / "families"
# distinct for colour-blind readers too
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#8a4a76", "#666666"
plt.rcParams.update({"figure.dpi": 78, "font.size": 9.5, "axes.titlesize": 10.5})

# %% [markdown]
# ## 1. The point
#
# We read it from its file, which we check first.

# %%
shipped = certify.load(FAMILIES / "k11" / "II_2+2.json")
print(certify.check(shipped).verdict, "- F lies in", shipped.loss)
W = shipped.students()
print("students, teachers:", W.shape)


# %% tags=["hide-input"]
def draw_point():
    _, (ax, plane) = plt.subplots(
        1, 2, figsize=(9.6, 4.6), layout="constrained", width_ratios=[1, 1.08]
    )
    ax.imshow(W, cmap="RdBu_r", vmin=-1.1, vmax=1.1)
    for line in (8.5, 10.5):
        ax.axhline(line, color=GREY, linewidth=0.8)
    ax.axvline(8.5, color=GREY, linewidth=0.8)
    ax.set(xticks=range(11), yticks=range(13), xlabel="teacher", ylabel="student")
    ax.set_xticklabels(range(1, 12))
    ax.set_yticklabels(range(1, 14))
    for row, text in ((4, "learnt"), (9.5, "flipped"), (11.5, "companions")):
        ax.text(10.8, row, text, rotation=-90 if row == 4 else 0, va="center", clip_on=False)
    ax.set_title("the weights: red positive, blue negative")
    arrow = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.008}
    groups = (
        (np.eye(11)[9:], GREY, "teachers 10, 11"),
        (W[:9], GREEN, "students 1 to 9"),
        (W[9:11], BLUE, "flipped students"),
        (W[11:], ORANGE, "companions"),
    )
    for rows, colour, label in groups:
        start = np.zeros(len(rows))
        plane.quiver(
            start, start, rows[:, 9], rows[:, 10], color=colour, label=label, zorder=2, **arrow
        )
    plane.set(
        xlim=(-0.75, 1.1), ylim=(-0.75, 1.1), xlabel="along $v_{10}$", ylabel="along $v_{11}$"
    )
    plane.set_aspect("equal")
    plane.grid(color="0.92")
    plane.legend(loc="upper right")
    plane.set_title("the same rows in the plane of teachers 10 and 11")
    plt.show()


draw_point()

# %% [markdown]
# *The picture shows* left the $13\times11$ matrix. Nine students have learnt a teacher each (red
# diagonal). Two are *flipped*: they stand near minus the direction of teachers 10 and 11. The last
# two are their *companions*: short, and each is turned a little the way of one flipped student.
# Right, the components along teachers 10 and 11 only. The nine students lie on top of each other
# there (green): each holds a little of both teachers, and together they make up for the flipped
# ones. Companions have most of their length outside this plane, in equal shares along teachers 1
# to 9.
#
# ## 2. Nine numbers of 143
#
# Count the different entries of $W$:

# %%
values, numbers = np.unique(W.round(12), return_inverse=True)
numbers = numbers.reshape(W.shape)
for value, times in zip(values, np.bincount(numbers.ravel()), strict=True):
    print(f"{times:3} times {value:+.12f}")
print(f"{len(values)} numbers, {W.size} entries")

# %% [markdown]
# The reason is symmetry. Permute the first nine students and the first nine teachers alike: $W$
# stays as it is. Permute teachers 10 and 11, the flipped students *and the companions* by the same
# exchange: it stays, too. The group is $S_9\times S_2$. The file says so by three blocks:

# %%
for block in shipped.document["statement"]["blocks"]:
    print(block)

# %% [markdown]
# * A `diagonal` block of size 9 has nine students and nine teachers, permuted together. So its
#   square has two numbers: on the diagonal and off it.
# * The second one, of size 2, holds the flipped students and *their* teachers.
# * The `copy` of block 2 has two students more and no teacher. Its rows are tied to the teachers of
#   block 2: row $i$ has one number at its own teacher $i$, another at the other one. Without the
#   tie it would be a block of equal rows, as in the saddle II+2.
#
# So there are $2 + 1$ numbers for the first nine rows, $1 + 2$ for the next two and $1 + 2$ for the
# companions. And the gradient has the same symmetry as $W$: **nine equations in nine unknowns.** We
# solve them. $F$ has a closed form: two rows $u, v$ at the angle $\theta$ contribute
# $\frac{|u||v|}{2\pi}(\sin\theta + (\pi - \theta)\cos\theta)$.


# %%
def parts(U, V):
    """For all rows u, v: u.v, |u||v| sin(angle) and pi - angle."""
    dot = U @ np.swapaxes(V, -1, -2)
    squares = (U**2).sum(-1)[..., :, None] * (V**2).sum(-1)[..., None, :]
    sine = np.sqrt(np.maximum(squares - dot**2, 0))
    return dot, sine, np.arctan2(sine, -dot)


def loss(W):
    """F for orthonormal teachers, at a matrix or at each of an array of them."""

    def total(U, V):
        dot, sine, angle = parts(U, V)
        return (sine + angle * dot).sum((-2, -1)) / (2 * np.pi)

    V = np.eye(W.shape[-1])
    return total(W, W) / 2 - total(W, V) + total(V, V) / 2


def gradient(W):
    V = np.eye(W.shape[-1])
    _, sine, angle = parts(W, W)
    _, sine_v, angle_v = parts(W, V)
    radial = (sine.sum(-1) - sine_v.sum(-1)) / (W**2).sum(-1)
    return (radial[..., None] * W + angle @ W - angle_v @ V) / (2 * np.pi)


def hessian(W, step=1e-5):
    """By central differences of the gradient; shape (143, 143)."""
    moves = np.eye(W.size).reshape(-1, *W.shape) * step
    found = ((gradient(W + moves) - gradient(W - moves)) / (2 * step)).reshape(W.size, W.size)
    return (found + found.T) / 2


# column b of this basis: 1 where the matrix has number b
BASIS = (numbers.ravel()[:, None] == np.arange(9)).astype(float)

x = values.round(1)  # one digit of each
for step in range(8):
    point = (BASIS @ x).reshape(13, 11)
    nine = BASIS.T @ gradient(point).ravel()
    print(f"step {step}: largest of the nine equations {np.abs(nine).max():.0e}")
    if np.abs(nine).max() < 1e-14:
        break
    x = x - np.linalg.solve(BASIS.T @ hessian(point) @ BASIS, nine)
print(f"largest of all 143 derivatives: {np.abs(gradient(point)).max():.0e}")
print(f"largest difference from the file: {np.abs(point - W).max():.0e}")

# %% [markdown]
# That the 143 equations hold is no proof that the point is a minimum: all 143 eigenvalues of the
# Hessian have to be positive, also those whose directions break the symmetry. Nine of them keep it.

# %%
H = hessian(W)
keeps = BASIS / np.linalg.norm(BASIS, axis=0)
for directions, matrix in (("nine", keeps.T @ H @ keeps), ("all 143", H)):
    print(f"smallest eigenvalue in {directions:7} directions: {np.linalg.eigvalsh(matrix)[0]:.6f}")

# %% [markdown]
# ## 3. Proved
#
# `certify.family` makes the nine numbers for a name and a $k$. II_2+2 reads: type II with 2 flipped
# teachers, and 2 students more, one for each. `certify.prove` proves the point. The same symmetry
# cuts the Hessian into small blocks, so the work does not grow with $k$.

# %%
proof = certify.prove(certify.family("II_2+2", 11))
print(proof.theorem())
print()
print(certify.check(proof).verdict)

# %% [markdown]
# Nor does one have to know the blocks. Give the matrix with four digits, and `symmetric=True` finds
# them; without it the proof has all 143 unknowns. All three speak of the same point.

# %%
found = certify.prove(W.round(4), symmetric=True)
dense = certify.prove(W.round(4))
assert found.document["statement"]["blocks"] == proof.document["statement"]["blocks"]
for name, certificate in (("family", proof), ("found", found), ("dense", dense)):
    assert certify.check(certificate).verdict == "PROVED"
    print(f"{name:7} {certificate.kind:27} {certificate.lambda_min.printed(12)}")

# %% [markdown]
# ## 4. Splitting a neuron
#
# Take a fourteenth student: put $\alpha w$ and $(1-\alpha)w$ in the place of one neuron $w$. The
# network computes the same, so the new point is critical, too. But now the two may move apart,
# $\alpha w + u$ and $(1-\alpha)w - u$, and along some $u$ the loss falls:

# %%
below = certify.split(proof)
assert certify.check(below).verdict == "PROVED"
print(below.theorem().partition("Moreover, ")[2])
print()
for i, name in ((0, "a learnt student"), (9, "a flipped student"), (11, "a companion")):
    u = np.eye(11) * 1e-3
    pair = u[:, None] + u[None, :]

    def split(move, i=i):
        rows = np.broadcast_to(W, (*move.shape[:-1], 13, 11)).copy()
        rows[..., i, :] = W[i] / 2 + move
        return np.concatenate([rows, (W[i] / 2 - move)[..., None, :]], -2)

    single, both = loss(split(u)) - loss(W), loss(split(pair)) - loss(W)
    form = (both - single[:, None] - single[None, :]) / 1e-6
    print(f"{name:17}: smallest second derivative {np.linalg.eigvalsh(form)[0]:+.4f}")

# %% [markdown]
# So this minimum, with one student more, is a saddle. That agrees with a theorem of Safran, Yehudai
# and Shamir about splitting. It does not say that there are no *other* minima with 14 students.
# (There is one: `proofs/overparameterised/n14-k11-12-13-23.json`.)
#
# ## 5. Who meets it?
#
# Random starts, as in training: independent normal entries of variance $1/11$. Then the starts of
# `structured=True`: some teachers flipped, and companions that face one, two or three of them; all
# such patterns with few flipped teachers.

# %%
STARTS = 300
random = certify.search(11, 13, trials=STARTS, seed=10)
print(f"random: {random.trials} starts, {random.at_global} at the global minimum")
assert random.at_global == STARTS
print(f"with 95 % confidence the probability is below {1 - 0.05 ** (1 / STARTS):.3f} (one-sided)")
structured = certify.search(11, 13, structured=True)
print(f"structured: {structured.trials} starts, {structured.at_global} at the global minimum")
for end in structured.end_points:
    print(f"  loss {end.loss:.12f}, first met from: {end.pattern}")
print(certify.prove(structured).lambda_min.printed(12))

# %% [markdown]
# How near does one have to start? Add normal noise of length $r$ to the minimum, and descend.


# %%
def returns(r, rng, count=12):
    """How many of the starts at distance r come back."""
    noise = rng.normal(size=(count, 13, 11))
    points = W + r * noise / np.linalg.norm(noise, axis=(1, 2), keepdims=True)
    for _ in range(1500):
        points = points - 0.3 * gradient(points)
    return int((np.abs(loss(points) - loss(W)) < 1e-4).sum())


rng = np.random.default_rng(1)
for r in (0.1, 0.3, 0.6, 1.0, 1.5):
    print(f"r = {r}: {returns(r, rng):2} of 12 come back")

# %% [markdown]
# The valley is not tiny, then. (And `docs/overparameterised.md` has 10 000 random starts without a
# hit.) In 143 dimensions it is a small part all the same: the starts of
# training have length $\sqrt{13}$, in all directions alike.
#
# ## 6. Birth and death
#
# The nine numbers exist for other $k$ as well: then the first block has size $k - 2$. In the nine
# equations $k$ is a number like others, and need not be whole. Two files hold the $k^*$ at which an
# eigenvalue crosses zero.

# %%
places = {}
for name in ("II_2+2", "II_2+2-death"):
    crossing = certify.load(FAMILIES / "births" / f"{name}.json")
    assert certify.check(crossing).verdict == "PROVED"
    low, high = crossing.document["statement"]["claims"]["k"]
    places[name] = float(low)
    print(f"{name:12} in [{low[:36]}, {high[:36]}], digits cut")
print(crossing.theorem())

# %% [markdown]
# Between the two, one more computation for each $k$ that we like.

# %%
KS = (10, 11, 12, 13, 15, 17, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95, 98, 100, 101, 105, 110)
least = {}
for k in KS:
    certificate = certify.prove(certify.family("II_2+2", k))
    spectrum = certificate.document["statement"]["claims"]["spectrum"]
    for name, intervals in spectrum.items():
        least.setdefault(name, []).append(float(intervals[0][0]))
    if k in (10, 11, 100, 101):
        kind = "saddle" if "saddle" in certificate.kind else "minimum"
        print(f"k = {k:3}: {kind}, smallest eigenvalue in {certificate.lambda_min.printed(8)}")


# %% tags=["hide-input"]
def draw_life():
    _, ax = plt.subplots(figsize=(8.4, 4), layout="constrained")
    ax.axvspan(*places.values(), color="#e3eef7", zorder=0)
    colours = {"s2": BLUE, "s1*s2": ORANGE, "1": GREEN, "s1": PURPLE}  # no other is below 0.014
    for name, colour in colours.items():
        ax.plot(KS, least[name], "o-", color=colour, markersize=3.6, linewidth=1.1)
    for name, k, y, text in (
        ("s2", 15, 0.0024, "the exchange of the two pairs (s2)"),
        ("s1*s2", 33, 0.0107, "both (s1*s2)"),
        ("1", 62, 0.0069, "nothing (1)"),
        ("s1", 11.7, 0.0129, "permutations of $k - 2$ (s1)"),
    ):
        ax.text(k, y, text, color=colours[name])
    ax.axhline(0, color=GREY, linewidth=0.9)
    for k in places.values():
        ax.axvline(k, color=GREY, linewidth=0.9, linestyle="--")
        ax.text(k, 0.0141, f"{k:.4f}", ha="center", color=GREY)
    ax.set_xscale("log")
    ticks = (10, 11, 13, 15, 20, 30, 40, 60, 80, 100)
    ax.set_xticks(ticks, ticks)
    ax.set_xticks([], minor=True)
    ax.set(xlabel="number of teachers $k$", ylabel="smallest eigenvalue", ylim=(-0.0012, 0.0138))
    ax.set_title(
        "II_2+2 with $k + 2$ students: eigenvalues, by the symmetry that their directions break",
        pad=16,
    )
    plt.show()


draw_life()

# %% [markdown]
# *The picture shows* the smallest eigenvalues of the Hessian for 21 numbers of teachers. Each dot
# is the lower end of a proved interval; the lines only join them. One eigenvalue (orange) comes up
# through zero at $k = 10.06$ and goes down again at $k = 100.78$. At all dots between, in the blue
# strip, the point is a minimum. From 101 on it is a saddle at all $k$ that we have tried. Other
# patterns go on: with three companions, each shared by two of three flipped teachers (II_3+3'),
# there are files up to $k = 10^6$.
#
# **Other slopes.** The point does not need ReLU. With leaky ReLU of slope $a$ one file proves it a
# minimum for every $a$ from $-0.5194$ up to 1 (notebook 09 says how such a file works):

# %%
slopes = certify.load(FAMILIES / "slopes" / "II_2+2-k11.json")
print("claimed:", slopes.document["statement"]["claims"])
print(len(slopes.document["witness"]["cover"]), "boxes:", certify.check(slopes).verdict)

# %% [markdown]
# ($c = ((1 + a)/(1 - a))^2$; the eigenvalues are in units of $(1 - a)^2$.)
#
# ## 7. What is known, and by whom
#
# * **Safran and Shamir** (2018) prove such minima for $n = k$, $6\le k\le 20$, and find some with
#   $n = k + 1$. For $n = k + 2$ their random starts found none. Ours find none, either.
# * **Safran, Yehudai and Shamir** (2021): splitting a neuron turns a minimum into a saddle, under
#   conditions that they check numerically. Part 4 is an instance.
# * **Arjevani and Field** (2022), *Annihilation of spurious minima in two-layer ReLU networks*: how
#   further neurons turn symmetric minima into saddles.
# * **Huang, Loureiro and Sarao Mannelli** (2026, arXiv 2604.09412) describe local minima for any
#   number of students by few numbers. Such minima may be among theirs; we have not compared.
#
# We found no spurious minimum with $n\ge k + 2$ in the first three. All that is said here is that
# such minima exist. Training does not seem to meet them, and so they are no reason against wide
# networks. `docs/overparameterised.md` has the references and the longer runs.
#
# ## 8. From the shell
#
# In the root of the repository:
#
#     # the nine numbers, proved, at any k
#     certify family II_2+2 -k 11 -o point.json
#     # where it is born, and where it dies
#     certify family II_2+2 --birth
#     certify family II_2+2 --death
#     # the starts of part 5
#     certify search -k 11 -n 13 --structured
#     # all files of this page, by both checkers
#     certify check --checker all proofs/overparameterised/families/births
#     certify check proofs/overparameterised/n13-k11-1-2.json
