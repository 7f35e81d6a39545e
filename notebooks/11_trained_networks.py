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
# # A training, audited
#
# A training has stopped. Is that a minimum, a saddle, or only a slow slope? Here a small network of
# scikit-learn is trained, the question is asked, and the answer is audited. In this notebook
# you will learn
#
# 1. how to ask, and to read the theorem that comes back;
# 2. which risk it is about, and that it is the one scikit-learn has minimised;
# 3. to verify its inequalities by hand: the distance in fractions, the gradient with 50 digits, the
#    curvature in numpy;
# 4. what the certified ball looks like along the softest and the steepest direction;
# 5. what the other answers are: a saddle, a minimum on kinks, an exact fit, no critical point.
#
# **What is proved and what is drawn.** Intervals stand in certificates which the checker accepts in
# this very run. Everything else, pictures above all, is floating point and proves nothing.

# %%
from fractions import Fraction
from pathlib import Path

import matplotlib.pyplot as plt
import mpmath
import numpy as np
from sklearn.datasets import load_iris
from sklearn.neural_network import MLPClassifier

import certify

FOLDER = Path("proofs/trained")
root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / FOLDER).is_dir())
# distinct for colour-blind readers too
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
plt.rcParams.update({"figure.dpi": 78, "font.size": 9.5, "axes.titlesize": 10.5})

# %% [markdown]
# ## 1. Train, and ask
#
# Two species of iris that no hyperplane separates, two hidden units, weight decay:

# %%
x, y = load_iris(return_X_y=True)
x, y = (x[50:] - [6, 3, 5, 2]).round(1), y[50:]
net = MLPClassifier(
    hidden_layer_sizes=(2,),
    activation="logistic",
    solver="lbfgs",
    alpha=1,
    random_state=1,
    max_iter=5000,
    tol=1e-8,
).fit(x, y)
proof = certify.trained(net, x, y)
print(certify.check(proof).verdict)
print(proof.theorem())

# %% [markdown]
# The estimator tells its activation, its loss and its decay, so nothing else had to be said. From
# now on we only look at the file: the problem, the centre $C$, the claims.
#
# ## 2. The risk is that of scikit-learn
#
# $R(\theta) = \frac1N\sum_n \bigl(\log(1 + e^{f_n}) - y_n f_n\bigr) + \frac{\alpha}{2N}\sum|W|^2$,
# intercepts free, with $f_n = v\cdot\sigma(Wx_n + b) + c$ and 13 parameters. The gradient by hand:


# %%
statement = proof.document["statement"]
problem, claims = statement["problem"], statement["claims"]
print(problem["loss"], problem["decay"])
X = np.array(problem["inputs"], dtype=float)
Y = np.array(problem["targets"], dtype=float)
LAMBDA = float(Fraction(problem["decay"][0][0]))


def texts(parameters):
    """All 13 numbers in the order W, b, v, c."""
    return [
        value
        for layer in parameters
        for part in (*layer["weights"], layer["bias"])
        for value in part
    ]


def parts(theta):
    return theta[:8].reshape(2, 4), theta[8:10], theta[10:12], theta[12]


def risk(theta):
    W, b, v, c = parts(theta)
    f = (1 / (1 + np.exp(-X @ W.T - b))) @ v + c
    loss = np.logaddexp(0, f) - Y * f
    return loss.mean() + LAMBDA / 2 * ((W**2).sum() + (v**2).sum())


def gradient(theta):
    W, b, v, c = parts(theta)
    h = 1 / (1 + np.exp(-X @ W.T - b))
    r = (1 / (1 + np.exp(-(h @ v + c))) - Y) / len(X)
    back = r[:, None] * v * h * (1 - h)
    return np.concatenate(
        [(back.T @ X + LAMBDA * W).ravel(), back.sum(0), h.T @ r + LAMBDA * v, [r.sum()]]
    )


def hessian(theta, step=1e-5):
    """By central differences of the gradient; shape (13, 13)."""
    moves = np.eye(13) * step
    rows = [(gradient(theta + m) - gradient(theta - m)) / (2 * step) for m in moves]
    return (np.array(rows) + np.array(rows).T) / 2


given = np.array(texts(claims["given"]["parameters"]), dtype=float)
centre = np.array(texts(statement["centre"]), dtype=float)
print(f"risk at the weights given: ours {risk(given):.14f}, scikit-learn's {net.loss_:.14f}")
assert abs(risk(given) - net.loss_) < 1e-12
print(f"gradient there: {np.linalg.norm(gradient(given)):.1e}")
print(f"risk at the centre {risk(centre):.14f}; R(theta*) lies in {claims['risk']}")

# %% [markdown]
# ## 3. The inequalities
#
# The proof has three steps. With $\mu$ the `convexity`, $r$ the `radius`, $\delta$ the `location`:
#
# * on the ball $|\theta - C|\le r$ all eigenvalues of the Hessian are above $\mu > 0$;
# * $|\nabla R(C)| < \mu\delta$ with $\delta\le r$. So on the sphere of radius $\delta$ the risk is
#   larger than at $C$; there is a minimum inside, and by convexity no other critical point;
# * hence the distance from the weights given is known, up to $\delta$.
#
# **The third, exactly.** Decimals are fractions; nothing is rounded here:

# %%
squared = sum(
    (Fraction(a) - Fraction(b)) ** 2
    for a, b in zip(texts(claims["given"]["parameters"]), texts(statement["centre"]), strict=True)
)
low, high = (Fraction(text) for text in claims["given"]["distance"])
delta = Fraction(claims["location"])
assert (low + delta) ** 2 < squared < (high - delta) ** 2
print(f"the distance from the weights given lies in {claims['given']['distance']}")
print("inside the ball of radius", claims["radius"], "-", high < Fraction(claims["radius"]))

# %% [markdown]
# **The second, with 50 digits.** In float64 the gradient at $C$ would be rounding and nothing else.


# %%
def precise_gradient(theta, rate):
    """The same formulas in mpmath; theta as decimals, the decay as a fraction."""
    W, b, v, c = [theta[:4], theta[4:8]], theta[8:10], theta[10:12], theta[12]
    total, count = [mpmath.mpf(0)] * 13, len(problem["inputs"])
    for decimals, label in zip(problem["inputs"], problem["targets"], strict=True):
        row = [mpmath.mpf(text) for text in decimals]
        h = [1 / (1 + mpmath.exp(-mpmath.fdot(W[j], row) - b[j])) for j in (0, 1)]
        r = (1 / (1 + mpmath.exp(-mpmath.fdot(v, h) - c)) - int(label)) / count
        back = [r * v[j] * h[j] * (1 - h[j]) for j in (0, 1)]
        own = [back[j] * value for j in (0, 1) for value in row]
        own += [*back, r * h[0], r * h[1], r]
        total = [a + b for a, b in zip(total, own, strict=True)]
    decayed = {*range(8), 10, 11}
    return [g + rate * theta[i] * (i in decayed) for i, g in enumerate(total)]


with mpmath.workdps(50):
    point = [mpmath.mpf(text) for text in texts(statement["centre"])]
    decay = Fraction(problem["decay"][0][0])
    slope = mpmath.norm(precise_gradient(point, mpmath.mpf(decay.numerator) / decay.denominator))
    allowed = mpmath.mpf(claims["convexity"]) * mpmath.mpf(claims["location"])
    print(f"|grad R(C)| is below mu delta: {slope < allowed}")
    print("mu delta =", mpmath.nstr(allowed, 3))
    assert slope < allowed

# %% [markdown]
# **The first, looked at in numpy.** A sample proves nothing for the whole ball (the kernel does: it
# encloses all these Hessians in one matrix of intervals). But it would show a wrong claim.

# %%
values, vectors = np.linalg.eigh(hessian(centre))
print(f"eigenvalues at the centre: {values[0]:.6f} to {values[-1]:.6f}")
print("certified:", claims["smallest"], claims["largest"])
rng = np.random.default_rng(11)
r, mu = float(claims["radius"]), float(claims["convexity"])
moves = rng.normal(size=(200, 13))
moves *= r / np.linalg.norm(moves, axis=1, keepdims=True)
least = min(np.linalg.eigvalsh(hessian(centre + move))[0] for move in moves)
print(f"smallest eigenvalue on 200 points of the sphere: {least:.6f}, above mu = {mu}")
assert least > mu

# %% [markdown]
# ## 4. The ball, in a picture


# %% tags=["hide-input"]
def draw_ball():
    _, (wide, near) = plt.subplots(1, 2, figsize=(9.4, 3.6), layout="constrained")
    bottom = risk(centre)
    for axis, reach in ((wide, 3), (near, 2.2 * r)):
        t = np.linspace(-reach, reach, 401)
        for i, colour, name in ((0, BLUE, "softest"), (-1, ORANGE, "steepest")):
            rise = [risk(centre + s * vectors[:, i]) - bottom for s in t]
            axis.plot(t, rise, color=colour, label=f"{name}: eigenvalue {values[i]:.4f}")
        axis.set(xlabel="distance $t$ along the eigenvector", xlim=(-reach, reach))
    wide.set(ylabel=r"$R(C + t\,v) - R(C)$", ylim=(0, 0.25), title="as far as the eye reaches")
    t = np.linspace(-r, r, 101)
    near.axvspan(-r, r, color="#e3eef7", zorder=0, label="the certified ball")
    near.plot(t, mu / 2 * t**2, "--", color=GREEN, label=r"$\mu t^2/2$, a proved lower bound")
    off = given - centre
    for i, colour in ((0, BLUE), (-1, ORANGE)):
        near.plot(off @ vectors[:, i], 0, "^", color=colour, markersize=7, clip_on=False)
    soft = values[0] * (2.2 * r) ** 2
    near.set(ylim=(0, 2 * soft), title="to the scale of the ball")
    near.ticklabel_format(scilimits=(0, 0))
    near.legend(loc="upper right", fontsize=7.5)
    plt.show()


draw_ball()

# %% [markdown]
# *The picture shows* the risk along two lines through the minimum: the eigenvectors of the smallest
# (blue) and of the largest eigenvalue (orange). Left, on the scale of the weights: the valley is
# far wider than what is proved. Right, the ball (light blue) with the proved lower bound (dashed);
# the triangles are where scikit-learn's weights lie along the two directions. The lengths differ by
# a factor of thousands. The proof looks at one small ball, because there one matrix of intervals
# encloses all Hessians.
#
# ## 5. The other answers
#
# A training that Adam ends early has not come to a critical point at all:

# %%
early = MLPClassifier(
    hidden_layer_sizes=(3,), activation="tanh", random_state=0, max_iter=2000, tol=1e-2
).fit(x, y)
answer = certify.trained(early, x, y, theorem="no-critical-point")
print(certify.check(answer).verdict)
print("\n".join(answer.theorem().splitlines()[-2:]))

# %% [markdown]
# And from the folder of shipped certificates: a saddle of XOR, a ReLU network whose minimum lies
# *on* kinks, and a network that fits 60 patients exactly.

# %%
for name in ("xor-saddle", "linnerud-relu-3", "diabetes-fit"):
    certificate = certify.load(root / FOLDER / f"{name}.json")
    print(f"{name}: {certify.check(certificate).verdict}")
    print(certificate)
    print()

# %% [markdown]
# `docs/trained.md` says what each of them means, and how far from the weights such a point may lie:
# with scikit-learn's defaults it is mostly *a minimum that descent from your weights reaches*, and
# not the network that you trained. Table of all trainings, and of what could not be proved:
# `proofs/trained/README.md`.
#
# ## 6. From the shell
#
# In the root of the repository:
#
#     # the question, about your own arrays and table (docs/trained.md)
#     certify trained net.npz iris.csv --label species --activation sigmoid \
#         --loss binary --decay 1/N --decay-on weights
#     # every inequality of a file
#     certify show proofs/trained/xor-saddle.json
#     # all files of this page, by both checkers
#     certify check --checker all proofs/trained
