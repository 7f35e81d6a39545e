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
# # A whole landscape, audited
#
# Most theorems here are about one point. This one is about *all* of them: two neurons, two
# teachers, any dimension. Every critical point is listed, and none but the global minimum is a
# local minimum. In this notebook you audit that list, and you will learn
#
# 1. what the theorem says, and what the five kinds of points look like;
# 2. how to confirm with NumPy that they are critical, and of which index;
# 3. that a search from random starts in dimension 3 finds nothing else;
# 4. how a box without critical points is excluded, by hand;
# 5. how the boxes cover everything, and what is done by lemmas instead;
# 6. what follows for training, what does not, and who knew what;
# 7. at which slopes of leaky ReLU there are spurious minima, and why one plane decides it for every
#    dimension.
#
# **Setting.** $x\sim N(0,I_d)$, $d\ge2$, orthonormal teachers $e_1,e_2$, and
# $F(W) = \tfrac12\,\mathbb E\bigl([w_1\cdot x]_+ + [w_2\cdot x]_+ - [e_1\cdot x]_+ -
# [e_2\cdot x]_+\bigr)^2$. A *critical point* has two rows that are not 0, and gradient 0.
#
# **What is proved and what is drawn.** The theorem is that of a certificate, which the checker
# accepts in this very run. NumPy and pictures prove nothing; they are there to be compared.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import certify

FOLDER = Path("proofs/landscape")
root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / FOLDER).is_dir())
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#8a4a76", "#666666"
plt.rcParams.update({"figure.dpi": 78, "font.size": 9.5, "axes.titlesize": 10.5})

# %% [markdown]
# ## 1. The theorem
#
# The file is short: the numbers of one saddle, and a level. No box is in it. The checker finds the
# boxes by itself; here that takes some ten seconds.

# %%
proof = certify.load(root / FOLDER / "every.json")
outcome = certify.check(proof)
print(outcome.verdict)
print()
print(proof.theorem())

# %% [markdown]
# Call the kinds G, O, P+, P- and S. In G each neuron has learnt a teacher. In O one neuron stands
# between the teachers, too long, and the other one, short, points the opposite way. In P+ and P-
# both are parallel and do the work of one. In S, which takes a third dimension, both are between
# the teachers, and lean out of their plane to opposite sides.


# %%
def kinds(d, t=0.3):
    """One point of each kind in dimension d; of the segments P+ and P- the one at t."""
    e1, e2 = np.eye(2, d)
    e = (e1 + e2) / np.sqrt(2)
    r, s = np.sqrt(2) / np.pi * (1 + np.array([3, -1]) * np.pi / 4)
    points = {
        "G": [e1, e2],
        "O": [r * e, -s * e],
        "P+": [t * r * e, (1 - t) * r * e],
        "P-": [-t * s * e, -(1 - t) * s * e],
    }
    if d > 2:
        saddle = proof.document["statement"]["claims"]["saddle"]
        a, c = float(saddle["plane"][0]), float(saddle["beyond"][0])
        z = np.eye(3, d)[2]
        points["S"] = [a * (e1 + e2) + c * z, a * (e1 + e2) - c * z]
    return {name: np.array(rows) for name, rows in points.items()}


# %% tags=["hide-input"]
def draw_kinds():
    figure = plt.figure(figsize=(9.6, 2.9))
    points = kinds(3)
    points["P-"] = points["P-"] * 4
    for i, (name, rows) in enumerate(points.items()):
        ax = figure.add_subplot(1, 5, i + 1, projection="3d")
        for v in np.eye(2, 3):
            ax.quiver(0, 0, 0, *v, color=GREY, linewidth=1.2, arrow_length_ratio=0.12)
        coloured = zip(rows, (BLUE, ORANGE), strict=True)
        for w, colour in sorted(coloured, key=lambda pair: -np.linalg.norm(pair[0])):
            ax.quiver(0, 0, 0, *w, color=colour, linewidth=2.2, arrow_length_ratio=0.15)
        ax.set(xlim=(-0.4, 1.1), ylim=(-0.4, 1.1), zlim=(-0.6, 0.6))
        ax.set_xticks([0, 1])
        ax.set_yticks([0, 1])
        ax.set_zticks([])
        ax.set_box_aspect((1.5, 1.5, 1.2))
        ax.view_init(24, -62)
        ax.tick_params(labelsize=7, pad=-3)
        ax.set_title("P-, four times as long" if name == "P-" else name, y=0.98)
    figure.subplots_adjust(0, 0.02, 1, 0.92, wspace=0.02)
    plt.show()


draw_kinds()

# %% [markdown]
# *The picture shows* the teachers (grey) and the two neurons (blue, orange) at one point of each
# kind, $d = 3$. In P+ and P- the neurons lie on top of each other; those of P- are so short that
# they are drawn four times as long.
#
# ## 2. Critical, and of which index?
#
# Two rows $u, v$ at the angle $\theta$ contribute
# $\frac{|u||v|}{2\pi}(\sin\theta + (\pi-\theta)\cos\theta)$. That gives the gradient, and
# differences of it the Hessian.


# %%
def both(w, v):
    """E [w.x]+ [v.x]+, and its gradient by w."""
    r, q = np.linalg.norm(w), np.linalg.norm(v)
    sine = np.sqrt(max(0.0, (r * q) ** 2 - (w @ v) ** 2))
    angle = np.arctan2(sine, w @ v)
    value = (sine + (np.pi - angle) * (w @ v)) / (2 * np.pi)
    return value, (sine * w / r**2 + (np.pi - angle) * v) / (2 * np.pi)


def loss(W):
    V = np.eye(2, W.shape[1])
    own = sum(both(w, v)[0] for w in W for v in W) + sum(both(w, v)[0] for w in V for v in V)
    return own / 2 - sum(both(w, v)[0] for w in W for v in V)


def gradient(W):
    V = np.eye(2, W.shape[1])
    return np.array([sum(both(w, v)[1] for v in W) - sum(both(w, v)[1] for v in V) for w in W])


def hessian(W, step=1e-5):
    moves = step * np.eye(W.size).reshape(-1, *W.shape)
    H = np.array([(gradient(W + m) - gradient(W - m)).ravel() / (2 * step) for m in moves])
    return (H + H.T) / 2


def index(W):
    """How many eigenvalues are negative, and how many are 0."""
    values = np.linalg.eigvalsh(hessian(W))
    return int((values < -1e-4).sum()), int((np.abs(values) <= 1e-4).sum())


for d in (2, 3, 5):
    print(f"d = {d}   largest derivative   loss        negative, zero eigenvalues")
    expected = {
        "G": (0, 0),
        "O": (d - 1, 0),
        "P+": (d - 1, 1),
        "P-": (2 * d - 2, 1),
        "S": (1, d - 3),
    }
    for name, W in kinds(d).items():
        steepest = np.abs(gradient(W)).max()
        print(f"  {name:3}   {steepest:18.0e}   {loss(W):.8f}  {index(W)}")
        assert steepest < 1e-14 and index(W) == expected[name]

# %% [markdown]
# The indices are those of the theorem. The two orders of the rows in G are the two global minima.
# The zero eigenvalues are no accident: P+ and P- are segments (move $t$), and S is a sphere of
# points (turn $z$).
#
# ## 3. Does a search find anything else?
#
# Newton's method for $|\nabla F|^2$ goes to critical points of any kind. Here are 60 random starts
# in dimension 3. Each end point is compared with the list, through what no rotation changes and
# what the order of the rows does not matter for: products with the teachers, and the lengths.


# %%
def newton(W):
    """A critical point; None where the method does not converge."""
    for _ in range(60):
        g = gradient(W).ravel()
        if np.linalg.norm(g) < 1e-10:
            return W
        values, vectors = np.linalg.eigh(hessian(W))
        kept = np.abs(values) > 1e-7
        step = vectors[:, kept] @ (vectors[:, kept].T @ g / values[kept])
        step = step.reshape(W.shape) / max(1, np.linalg.norm(step))
        for _ in range(12):
            moved = W - step
            short = np.linalg.norm(moved, axis=1).min()
            if short > 1e-4 and np.linalg.norm(gradient(moved)) < np.linalg.norm(g):
                break
            step = step / 2
        else:
            return None
        W = moved
    return None


def name_of(W):
    """Which kind; None for none of them."""
    d = W.shape[1]
    e = (np.eye(2, d)[0] + np.eye(2, d)[1]) / np.sqrt(2)
    for rows in (W, W[::-1]):
        for name in ("G", "O", "P+", "P-", "S"):
            t = rows[0] @ e / (rows.sum(0) @ e) if name[0] == "P" else 0.3
            point = kinds(d, t)[name]
            same = np.allclose(rows[:, :2], point[:, :2], atol=1e-6)
            same &= np.allclose(
                rows[:, 2:] @ rows[:, 2:].T, point[:, 2:] @ point[:, 2:].T, atol=1e-6
            )
            if same and 0 < t < 1:
                return name
    return None


rng = np.random.default_rng(12)
ends = [newton(rng.standard_normal((2, 3))) for _ in range(60)]
found = [name_of(W) for W in ends if W is not None]
for name in ("G", "O", "P+", "P-", "S", None):
    print(f"{name or 'something else':15} {found.count(name)}")
print(f"no convergence  {sum(W is None for W in ends)}")
assert None not in found

# %% [markdown]
# Nothing else. But O, P+ and P- are on the list, and were hardly met, if at all: so a search cannot
# show that nothing is missing. For that the space has to be searched *whole*.
#
# ## 4. One box, by hand
#
# Let both rows lie in the plane of the teachers, in the directions $\pi/4 + x$ and $\pi/4 - y$.
# With $\kappa(\theta) = (\sin\theta + (\pi-\theta)\cos\theta)/2\pi$, $K = \kappa(x + y)$ and
# $Q(x) = \kappa(x + \pi/4) + \kappa(x - \pi/4)$, the lengths can be eliminated from the four
# equations $\nabla F = 0$. Two are left:
#
# $$E_1 = \tfrac12 Q'(y) + K Q'(x) - K' Q(x) = 0,\qquad
#   E_2 = \tfrac12 Q'(x) + K Q'(y) - K' Q(y) = 0.$$
#
# By symmetry $0 < y\le x$, $x + y < \pi$ is enough: a triangle. To see where $E$ comes from, choose
# the lengths such that the derivatives along both rows are 0. If $g_1, g_2$ are those across them,
# $E_1 = \tfrac12 g_2 - K g_1$ and $E_2 = K g_2 - \tfrac12 g_1$. (As $K < \tfrac12$, $E = 0$ means
# $g = 0$.)


# %%
def folded(t):
    """The same angle between -pi and pi."""
    return (t + np.pi) % (2 * np.pi) - np.pi


def kappa(t):
    t = np.abs(folded(t))
    return (np.sin(t) + (np.pi - t) * np.cos(t)) / (2 * np.pi)


def slope(t):
    """The derivative of kappa."""
    return -(np.pi - np.abs(folded(t))) * np.sin(t) / (2 * np.pi)


QUARTER = np.pi / 4


def Q(x):
    return kappa(x + QUARTER) + kappa(x - QUARTER)


def Q_slope(x):
    return slope(x + QUARTER) + slope(x - QUARTER)


def E(x, y):
    K, turn = kappa(x + y), slope(x + y)
    first = Q_slope(y) / 2 + K * Q_slope(x) - turn * Q(x)
    return np.array([first, Q_slope(x) / 2 + K * Q_slope(y) - turn * Q(y)])


x, y = 1.2, 0.7
K = kappa(x + y)
r1, r2 = np.linalg.solve([[1 / 2, K], [K, 1 / 2]], [Q(x), Q(y)])
angles = QUARTER + np.array([x, -y])
along = np.stack([np.cos(angles), np.sin(angles)], axis=1)
across = np.stack([-np.sin(angles), np.cos(angles)], axis=1)
g = gradient(np.array([r1, r2])[:, None] * along)
print("along the rows:", np.abs((g * along).sum(1)).max() < 1e-15)
g1, g2 = (g * across).sum(1)
print("from the gradient:", np.array([g2 / 2 - K * g1, K * g2 - g1 / 2]))
print("E_1, E_2:         ", E(x, y))
assert np.allclose(E(x, y), [g2 / 2 - K * g1, K * g2 - g1 / 2], atol=1e-14)

# %% [markdown]
# Now a box: $x\in[\frac\pi2,\frac{5\pi}8]$, $y\in[\frac\pi4,\frac{3\pi}8]$. Look at $E_2$, term by
# term. $\kappa' = -(\pi-\theta)\sin\theta/2\pi$ is negative between 0 and $\pi$.
#
# * $\tfrac12 Q'(x)$: of its two terms $\kappa'(x + \frac\pi4)\le0$ is left out. $x - \frac\pi4$ is
#   in $[\frac\pi4,\frac{3\pi}8]$, where $\pi - \theta$ and $\sin\theta$ are at least
#   $\frac{5\pi}8$ and $\sin\frac\pi4$. So
#   $\tfrac12 Q'(x)\le -\frac{5}{32}\sin\frac\pi4 = -0.1104...$
# * $K Q'(y)\le0$, as $K\ge0$ and $y\ge\frac\pi4$.
# * $-K'Q(y)$: $x + y$ is in $[\frac{3\pi}4,\pi]$, so $|K'|\le\frac18\sin\frac\pi4$. $\kappa$
#   decreases, so $Q(y)\le Q(\frac\pi4) = \frac12 + \frac1{2\pi}$. The product is at most $0.0583$.
#
# The sum is negative on the whole box. So it has no zero of $E$, and no critical point.

# %%
bound = -5 / 32 * np.sin(QUARTER) + np.sin(QUARTER) / 8 * (1 / 2 + 1 / (2 * np.pi))
grid = np.meshgrid(np.linspace(4, 5, 60) * np.pi / 8, np.linspace(2, 3, 60) * np.pi / 8)
print(f"by hand: E_2 <= {bound:.4f}; the largest on a grid: {E(*grid)[1].max():.4f}")
assert E(*grid)[1].max() < bound < 0

# %% [markdown]
# ## 5. All boxes
#
# One test for all of them, weaker than the checker's but three lines long: $|\kappa|\le\frac12$,
# $|\kappa'|\le0.3$, $|\kappa''|\le\frac12$ give $|Q|\le1$, $|Q'|\le0.6$, $|Q''|\le1$, and so
# $|\partial_x E_i| + |\partial_y E_i| \le 2.2$. If $|E_i| > 2.2\,h$ in the middle of a square of
# side $2h$, the square holds no zero. Otherwise it is quartered.

# %%
half, rows, left = np.pi / 16, [], np.arange(8)
centres = np.stack(np.meshgrid((2 * left + 1) * half, (2 * left + 1) * half), axis=-1).reshape(
    -1, 2
)
for _ in range(8):
    x, y = centres.T
    inside = (y - half <= x + half) & (x + y - 2 * half <= np.pi) & (x + y + 2 * half > 1)
    centres = centres[inside]
    free = np.abs(E(*centres.T)).max(axis=0) > 2.2 * half
    rows.append((half, centres[free]))
    rest = centres[~free]
    print(f"side pi/{np.pi / half / 2:<5.0f} {len(centres):5} squares, {free.sum():5} excluded")
    corners = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]]) * half / 2
    centres, half = (rest[:, None] + corners).reshape(-1, 2), half / 2
side = 4 * half
away = [np.abs(rest - point).max(axis=1) for point in ([QUARTER, QUARTER], [np.pi, 0])]
print(f"{len(rest)} squares left, all within {np.minimum(*away).max() / np.pi:.3f} pi of G or O")


# %% tags=["hide-input"]
def draw_boxes():
    _, ax = plt.subplots(figsize=(8.4, 4.4), layout="constrained")
    shades = plt.cm.viridis(np.linspace(0.95, 0.25, len(rows)))
    for (h, found), shade in zip(rows, shades, strict=True):
        for x, y in found:
            ax.add_patch(
                plt.Rectangle(
                    ((x - h) / np.pi, (y - h) / np.pi), 2 * h / np.pi, 2 * h / np.pi,
                    facecolor=shade, edgecolor="white", linewidth=0.3 * (h > 0.04),
                )
            )  # fmt: skip
    for x, y in rest:
        ax.add_patch(
            plt.Rectangle(
                ((x - side / 2) / np.pi, (y - side / 2) / np.pi),
                side / np.pi, side / np.pi, facecolor=ORANGE,
            )
        )  # fmt: skip
    ax.add_patch(plt.Polygon([(0, 0), (0.5, 0.5), (1, 0)], fill=False, edgecolor="black"))
    ax.add_patch(
        plt.Rectangle((0.5, 0.25), 0.125, 0.125, fill=False, edgecolor=ORANGE, linewidth=2)
    )
    for name, x, y in (("G", 0.22, 0.27), ("O", 1.01, 0.02)):
        ax.text(x, y, name, color=ORANGE, fontsize=12)
    ax.set(xlim=(0, 1.05), ylim=(0, 0.62), xlabel=r"$x/\pi$", ylabel=r"$y/\pi$")
    ax.set_aspect("equal")
    plt.show()


draw_boxes()

# %% [markdown]
# *The picture shows* the triangle (black line) and the squares, the larger the brighter. What is
# left after eight rounds (orange) lies around the two known points. The box of part 4 has an orange
# frame. Below $x + y = 1$, lower left, there is nothing: nearly parallel rows are excluded by a
# lemma, since $E$ tends to 0 there.
#
# Around G and O another argument is needed, as $E$ *is* 0 there: $E$ is one to one. The derivative
# of $E$ is invertible, and hardly varies nearby; so $E$ takes the value 0 only once.

# %%
for name, x, y in (("G", QUARTER, QUARTER), ("O", np.pi, 0.0)):
    h = 1e-6
    J = np.array([(E(x + h, y) - E(x - h, y)) / (2 * h), (E(x, y + h) - E(x, y - h)) / (2 * h)]).T
    print(f"{name}: E = {np.abs(E(x, y)).max():.0e}, determinant {np.linalg.det(J):+.4f}")

# %% [markdown]
# The checker does the same with balls instead of floats, so that roundings count, and with sharper
# tests. Outside the plane there are three numbers instead of
# two, and ten thousand boxes. It counts them, and requires that none is left:

# %%
for inequality in outcome.inequalities:
    if inequality.code == "settled":
        print(inequality.sentence)

# %% [markdown]
# By lemmas, not by boxes: rows that are parallel or opposite (O, P+, P-); that rows outside the
# plane of the teachers lean to opposite sides of it in *one* further dimension, whatever $d$; rows
# that are 0; and the indices in every dimension. They are in `proofs/lemmas/landscape.md`,
# proved by hand. Read them: no program does.
#
# ## 6. What follows, what does not, and who knew what
#
# **Below the level.** Where $F$ is below the number of the theorem (that of S, rounded down), there
# are two basins, and gradient flow from there ends at a global minimum. Above it, S is a pass:

# %%
S = kinds(3)["S"]
down = np.linalg.eigh(hessian(S))[1][:, 0].reshape(S.shape)
for sign in (1, -1):
    W = S + sign * 0.01 * down
    for _ in range(300):
        W = W - 0.5 * gradient(W)
    print(f"loss {loss(W):.1e}, end: {name_of(W)}")
    print(W.round(5) + 0.0)

# %% [markdown]
# The two sides of S lead to the two orders of the rows.
#
# **Not said:** that gradient descent converges from almost every start. At rows that are 0 $F$ has
# kinks, and P+ and P- are segments; the theorem is about where critical points are, not about
# trajectories. Nor is anything said of more neurons: from six on there *are* spurious minima.
#
# * **Safran and Shamir** (2018, arXiv 1712.08968): spurious minima for $6\le k\le20$.
# * **Safran, Yehudai and Shamir** (2021, arXiv 2006.01005): what a neuron more does, and the
#   Hessian at the global minimum.
# * **Arjevani and Field** (2021, arXiv 2107.10370): families of symmetric critical points and their
#   spectra.
#
# We found no complete list of critical points with free norms, for two neurons or more, in the
# literature. `docs/landscape.md` says more.
#
#
# ## 7. Every slope
#
# Take leaky ReLU $\sigma(t) = [t]_+ - a\,[-t]_+$ instead. Its loss is, up to the factor $(1-a)^2$,
# $G_c(W) = F(W) + \frac{c-1}8\,|w_1+w_2-e_1-e_2|^2$ with $c = ((1+a)/(1-a))^2$, so that $c = 1$ is
# ReLU. Which slopes have spurious minima? Descent from the teachers with both signs flipped:


# %%
def tilted(W, c):
    return loss(W) + (c - 1) / 8 * ((W.sum(0) - np.eye(2, W.shape[1]).sum(0)) ** 2).sum()


def tilted_gradient(W, c):
    return gradient(W) + (c - 1) / 4 * (W.sum(0) - np.eye(2, W.shape[1]).sum(0))


for a in (-0.9, -0.6, -0.48, -0.46, -0.3):
    c = ((1 + a) / (1 - a)) ** 2
    W = -np.eye(2) + 1e-3 * np.array([[1.0, 2.0], [-2.0, 0.5]])
    for _ in range(20000):
        W = W - 0.5 * tilted_gradient(W, c)
    print(f"slope {a:5}: ends at loss {tilted(W, c):.5f}, rows {W.round(3).tolist()}")

# %% [markdown]
# Between slopes $-0.48$ and $-0.46$ something ends. Two files say what, for every slope but those
# of an interval of length $1.6\cdot10^{-5}$, and for every $d\ge2$: up to $-0.470814$ there is a
# spurious minimum (`proofs/every-slope/k02/II_2.json`), and from $-0.470798$ on there is none
# (`proofs/landscape/slopes.json`). A part of the second theorem, around ReLU, takes the checker
# half a second:

# %%
part = certify.landscape(c=("0.9", "1.2"))
print(certify.check(part).verdict)
print(*part.remarks)

# %% [markdown]
# Why does one plane decide it for every $d$? Turn the rows towards the plane of the teachers. At a
# critical point, if $f$ is the direction of that plane across $\sum_v p_{1v}e_v$ and $z$ is beyond
# the plane, the terms of two rows stay, and those of rows and teachers have the second derivative
#
# $$-\sum_{i,v} \frac{r_i\,(e_v\cdot f)^2(u_i\cdot z)^2}{2\pi\sin\theta_{iv}} < 0$$
#
# (lemma 39). So no local minimum has rows outside. At S, along $f = (e_1 - e_2)/\sqrt2$:

# %%
S = kinds(3)["S"]
f, z = np.array([1, -1, 0]) / np.sqrt(2), np.array([0, 0, 1.0])


def turned(t):
    part, beyond = S @ f, S @ z
    return (
        S
        + np.outer(part * np.cos(t) - beyond * np.sin(t) - part, f)
        + np.outer(part * np.sin(t) + beyond * np.cos(t) - beyond, z)
    )


h, formula = 1e-3, 0.0
for row in S:
    r = np.linalg.norm(row)
    for e_v in np.eye(2, 3):
        sine = np.sqrt(1 - (row @ e_v / r) ** 2)
        formula -= r * (e_v @ f) ** 2 * (row @ z / r) ** 2 / (2 * np.pi * sine)
second = (loss(turned(h)) - 2 * loss(S) + loss(turned(-h))) / h**2
print(f"second derivative of the loss: {second:.6f}; by the formula: {formula:.6f}")
assert abs(second - formula) < 1e-5 and formula < 0

# %% [markdown]
# ## 8. From the shell
#
# In the root of the repository:
#
#     # the theorem for the plane, a second; for every d >= 2, half a minute
#     certify landscape -d 2
#     certify landscape
#     # the shipped files, by both checkers
#     certify check --checker all proofs/landscape
#     # no spurious minimum for the slopes from -0.470798 on
#     certify landscape --every-slope
#     certify show proofs/landscape/every.json
