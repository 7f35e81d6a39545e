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
# # Auditing one proof
#
# The file `proofs/gaussian/n06-k06.json` claims that a certain two-layer ReLU loss, with six
# students and six orthonormal teachers, has a local minimum that is not global. This notebook is
# for a reader who wants to check that one claim without believing the checker. In it you will learn
#
# 1. what the theorem says, and which point it is about;
# 2. which ten inequalities imply it (`proofs/format`, FORMAT 4.1), each recomputed here from
#    the formulas of `proofs/lemmas`, written out in the cells, in ball arithmetic
#    (python-flint);
# 3. that the package's checker says the same, so does the second one, and what they say of a file
#    that has been tampered with;
# 4. what has to be believed, and what does not.
#
# No function of the trusted kernel is called before part 3.

# %%
import copy
import subprocess
import sys
import tempfile
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import flint
import matplotlib.pyplot as plt
import numpy as np
from flint import arb, arb_mat, fmpq, fmpq_mat

import certify

NAME = Path("proofs/gaussian/n06-k06.json")
root = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / NAME).is_file())
certificate = certify.load(root / NAME)

# %% [markdown]
# ## 1. The statement
#
# Loading a certificate checks nothing. This is what it claims:

# %%
print(certificate.theorem())

# %% [markdown]
# The centre $C$ is part of the claim. Row $i$ is the student $w_i$; teacher $v_j$ is the $j$-th
# unit vector. Decimals in the file have 45 digits; the picture shows two.

# %%
statement = certificate.document["statement"]
picture = np.array(statement["centre"], dtype=float)
n, d = picture.shape


# %% tags=["hide-input"]
def draw_centre():
    figure, axes = plt.subplots(figsize=(5.2, 4.6))
    size = np.abs(picture).max()
    image = axes.imshow(picture, cmap="RdBu_r", vmin=-size, vmax=size)
    for (i, j), value in np.ndenumerate(picture):
        axes.text(
            j,
            i,
            f"{value:.2f}".replace("-", "\u2212"),
            ha="center",
            va="center",
            color="white" if abs(value) > 0.55 * size else "black",
        )
    axes.set_xticks(range(d), [f"$v_{j + 1}$" for j in range(d)])
    axes.set_yticks(range(n), [f"$w_{i + 1}$" for i in range(n)])
    axes.tick_params(length=0)
    axes.set_title("The centre $C$: students against teachers", fontsize=11)
    figure.colorbar(image, ax=axes, shrink=0.85)
    plt.show()


draw_centre()

# %% [markdown]
# *The picture shows* the centre as a heat map, red for positive and blue for negative: five
# students almost match a teacher each, with a part in the direction of $v_6$; the sixth points away
# from $v_6$.
#
# ## 2. The ten inequalities
#
# **Numbers.** Every decimal of the file is read as an exact rational (`fmpq`). Everything else is a
# ball (`arb`): a midpoint and a radius such that the true real number lies in the ball. Each
# operation rounds its radius up. For balls, `a < b` is true in python-flint only if every number in
# `a` is below every number in `b`; an undefined ball satisfies nothing.

# %%
flint.ctx.prec = certificate.document["witness"]["bits"] + 64  # FORMAT 4.1: p + 64 bits or more
print("working precision:", flint.ctx.prec, "bits")


def rational(text):
    exact = Fraction(text)
    return fmpq(exact.numerator, exact.denominator)


C = [[rational(entry) for entry in row] for row in statement["centre"]]
V = [[fmpq(int(i == j)) for j in range(d)] for i in range(statement["problem"]["k"])]
k = len(V)
claims = statement["claims"]
r, delta, mu = (rational(claims[name]) for name in ("radius", "distance", "curvature"))
lo, hi = map(rational, claims["loss"])
low, high = map(rational, claims["lambda_min"])
assert statement["problem"] == {"n": n, "k": k, "d": d, "targets": "orthonormal"} and n >= k
assert claims["every_dimension"] is True


def show(side, digits):
    return side.str(digits) if isinstance(side, arb) else arb(side).str(digits, radius=False)


def require(number, name, left, right, digits=8):
    """Print left < right and insist on it: exactly between rationals, for all members of balls."""
    if isinstance(left, arb) or isinstance(right, arb):
        left_ball, right_ball = arb(left), arb(right)
        assert left_ball.is_finite() and right_ball.is_finite() and left_ball < right_ball
    else:
        assert left < right
    print(f"({number}) {name}:  {show(left, digits)}  <  {show(right, digits)}")


# %% [markdown]
# **Inequalities 1 to 3** concern the claimed rationals alone: $0 < lo$, so that the minimum is
# above $\inf F = 0$; $0 < \mu$; $\delta < r$.

# %%
require(1, "spurious", fmpq(0), lo)
require(2, "strict-minimum", fmpq(0), mu)
require(3, "distance-in-ball", delta, r)

# %% [markdown]
# **Pairs of rows** (setting of the lemmas). For rows $u, v$
#
# $$p = u\cdot v,\qquad S = \sqrt{|u|^2|v|^2 - p^2},\qquad
# A = \operatorname{atan2}(S, -p) = \pi - \angle(u, v).$$
#
# $|u|^2|v|^2 - p^2$ is computed exactly; balls enter with the square root and the arctangent. No
# two of the rows below are parallel (asserted), so the special case of lemma 2 does not arise.

# %%
pi = arb.pi()
rows = C + V  # students 0..n-1, teachers n..n+k-1
everyone, students, teachers = range(n + k), range(n), range(n, n + k)


def dot(u, v):
    return sum((x * y for x, y in zip(u, v, strict=True)), fmpq(0))


p = [[dot(u, v) for v in rows] for u in rows]  # exact; p[i][i] = |u_i|^2
S = [[arb(0)] * (n + k) for _ in rows]
A = [[pi] * (n + k) for _ in rows]
for i in everyone:
    for j in everyone:
        if i != j:
            square = p[i][i] * p[j][j] - p[i][j] ** 2
            assert square > 0
            S[i][j] = arb(square).sqrt()
            A[i][j] = arb.atan2(S[i][j], arb(-p[i][j]))

norm = [arb(p[i][i]).sqrt() for i in everyone]
shortest = min(students, key=lambda i: float(norm[i]))
for i in students:
    assert arb(r) < norm[i]
require(4, "zero-neuron (the shortest row)", r, norm[shortest])

# %% [markdown]
# **Lemma 1**, the loss: with $f(u, v) = (S + A p)/2\pi$ (so $f(u,u) = |u|^2/2$),
#
# $$F(C) = \tfrac12\sum_{i,i'} f(w_i, w_{i'}) - \sum_{i,j} f(w_i, v_j)
# {} + \tfrac12\sum_{j,j'} f(v_j, v_{j'}).$$
#
# **Lemma 2**, the gradient: with $\kappa_i = \frac{1}{2\pi|w_i|^2}\big(\sum_{i'\ne i}
# S(w_i,w_{i'}) - \sum_j S(w_i,v_j)\big)$,
#
# $$\nabla_i F = \big(\tfrac12 + \kappa_i\big)\,w_i
# {} + \tfrac{1}{2\pi}\Big(\sum_{i'\ne i} A(w_i,w_{i'})\,w_{i'} - \sum_j A(w_i,v_j)\,v_j\Big).$$

# %%
f = [[(S[i][j] + A[i][j] * p[i][j]) / (2 * pi) for j in everyone] for i in everyone]
F = arb(0)
for i in everyone:
    for j in everyone:
        same_side = (i < n) == (j < n)
        F += f[i][j] / 2 if same_side else -f[i][j] / 2

sign = [1 if j < n else -1 for j in everyone]
others = [[j for j in everyone if j != i] for i in students]
kappa = [sum((sign[j] * S[i][j] for j in others[i]), arb(0)) / (2 * pi * p[i][i]) for i in students]
gradient = [
    [
        (kappa[i] + arb(1) / 2) * C[i][a]
        + sum((sign[j] * A[i][j] * rows[j][a] for j in others[i]), arb(0)) / (2 * pi)
        for a in range(d)
    ]
    for i in students
]
# an upper bound of |grad F(C)|: the entries are so small that their balls may contain 0, so take
# the largest modulus in each
g = sum((entry.abs_upper() ** 2 for row in gradient for entry in row), arb(0)).sqrt()
print("F(C) =", F.str(46))

# %% [markdown]
# The closed form can be compared with the definition $F(W) = \frac12\,\mathbb E\big(\sum_i[w_i\cdot
# x]_+ - \sum_j[v_j\cdot x]_+\big)^2$ by sampling. This is no part of the proof; it is a check that
# we are speaking of the same function.

# %%
x = np.random.default_rng(0).normal(size=(1_000_000, d))
sample = 0.5 * (np.maximum(x @ picture.T, 0).sum(1) - np.maximum(x[:, :k], 0).sum(1)) ** 2
print(f"Monte Carlo: {sample.mean():.6f}, standard error {sample.std() / len(x) ** 0.5:.6f}")

# %% [markdown]
# **Inequalities 5 to 7.** With 8 below, lemma 4 turns them into: a unique critical point $W^*$,
# $|W^* - C| \le \delta$ and $lo < F(W^*) < hi$. ($C$ is $W^*$ to 45 digits, so $g$ is tiny, and
# $F(C) - g^2/2\mu$ differs from $F(C)$ far behind the digits shown.)

# %%
require(5, "distance", g, mu * delta)
require(6, "loss-low", lo, F - g**2 / (2 * arb(mu)), digits=46)
require(7, "loss-high", F, hi, digits=46)


# %% [markdown]
# **Lemma 3**, how fast the Hessian can change: on the ball $|W - C| \le s$ it is Lipschitz
# (operator norm) with constant
#
# $$B(s) = \sqrt{\max(c, e)^2 + (n-1)e^2},\qquad e = \frac{3}{\pi m},\qquad
# c = \frac{3\sqrt3}{4\pi}\max_i \frac{\sum_{i'\ne i}(|c_{i'}| + s) + \sum_j |v_j|}{m_i^2},$$
#
# $m_i = |c_i| - s$, $m = \min_i m_i$. (`arb.max` encloses the maximum of two balls; Python's `max`
# would not.)


# %%
def largest(balls):
    result = balls[0]
    for other in balls[1:]:
        result = result.max(other)
    return result


def B(s):
    m = [norm[i] - arb(s) for i in students]
    assert all(arb(0) < value for value in m)
    e = largest([3 / (pi * value) for value in m])
    reach = [sum((norm[j] + (arb(s) if j < n else 0) for j in others[i]), arb(0)) for i in students]
    c = 3 * arb(3).sqrt() / (4 * pi) * largest([reach[i] / m[i] ** 2 for i in students])
    return (largest([c, e]) ** 2 + (n - 1) * e**2).sqrt()


on_ball = mu + B(r) * r
at_minimum = low + B(delta) * delta
shift = largest([on_ball, at_minimum])
print("B(r)                 =", B(r).str(10))
print("mu + B(r) r          =", on_ball.str(14))
print("l + B(delta) delta   =", at_minimum.str(14))
print("s, the larger one    =", shift.str(14))

# %% [markdown]
# **Lemma 2**, the Hessian, in blocks of size $d\times d$; $u = w_i$, $v = w_{i'}$ in the second
# line, and in the first the sum is over the other students ($+$) and the teachers ($-$):
#
# $$H_{ii} = \big(\tfrac12+\kappa_i\big) I - \kappa_i\frac{w_i w_i^T}{|w_i|^2}
# {} + \sum_u \pm\frac{q q^T}{2\pi S},\qquad q = u - \frac{p}{|w_i|^2} w_i,$$
#
# $$H_{ii'} = \frac{1}{2\pi}\Big(A I + \frac1S\big(u v^T + v u^T - \tfrac{p}{|v|^2} v v^T
# {} - \tfrac{p}{|u|^2} u u^T\big)\Big).$$
#
# **Lemma 5**: in every coordinate beyond the $d$ given ones the Hessian is the $n\times n$ matrix
# $M$ with $M_{ii} = \frac12+\kappa_i$, $M_{ii'} = A(w_i,w_{i'})/2\pi$.

# %%
H = [[arb(0)] * (n * d) for _ in range(n * d)]
for i in students:
    w = C[i]
    q = {j: [rows[j][a] - p[i][j] / p[i][i] * w[a] for a in range(d)] for j in others[i]}
    for a in range(d):
        for b in range(d):
            entry = -kappa[i] * (w[a] * w[b] / p[i][i])
            if a == b:
                entry += kappa[i] + arb(1) / 2
            for j in others[i]:
                entry += sign[j] * (q[j][a] * q[j][b]) / (2 * pi * S[i][j])
            H[i * d + a][i * d + b] = entry
    for j in students:
        if j != i:
            v = C[j]
            for a in range(d):
                for b in range(d):
                    exact = (
                        w[a] * v[b]
                        + v[a] * w[b]
                        - p[i][j] / p[j][j] * v[a] * v[b]
                        - p[i][j] / p[i][i] * w[a] * w[b]
                    )
                    H[i * d + a][j * d + b] = ((A[i][j] if a == b else 0) + exact / S[i][j]) / (
                        2 * pi
                    )

M = [[kappa[i] + arb(1) / 2 if i == j else A[i][j] / (2 * pi) for j in students] for i in students]


# %% [markdown]
# **Inequalities 8 and 9**: $H - sI$ and $M - sI$ are positive definite. Lemma 6: a symmetric matrix
# $X$ is positive definite if for *some* real matrix $L$ and some $\varepsilon > 0$
#
# $$|X - L L^T - \varepsilon I|_F < \varepsilon .$$
#
# $L$ may come from anywhere. Here it is NumPy's Cholesky factor, in ordinary floating point; its
# entries are then taken as the exact rationals they are, $LL^T$ is computed exactly, and the
# residual in balls. If NumPy were wrong, the inequality would fail, and nothing false could be
# concluded. (The checker of the package finds another $L$, with integers only, and another
# $\varepsilon$.)


# %%
def exact(x):
    return fmpq(*float(x).as_integer_ratio())


def positive_definite(number, name, matrix, shift):
    size = len(matrix)
    X = arb_mat(matrix) - shift * arb_mat(
        [[arb(int(a == b)) for b in range(size)] for a in range(size)]
    )
    guess = np.array([[float(X[a, b].mid()) for b in range(size)] for a in range(size)])
    guess = (guess + guess.T) / 2
    eps = exact(np.linalg.eigvalsh(guess)[0] / 4)
    L = np.linalg.cholesky(guess - float(arb(eps)) * np.eye(size))
    # -------- guesses end, proof begins
    L = fmpq_mat([[exact(x) for x in row] for row in L])
    product = L * L.transpose()
    residual = [
        X[a, b] - product[a, b] - (eps if a == b else 0) for a in range(size) for b in range(size)
    ]
    require(number, name, sum((x.abs_upper() ** 2 for x in residual), arb(0)).sqrt(), eps)


positive_definite(8, "curvature" if on_ball >= at_minimum else "lambda-min-low", H, shift)
positive_definite(9, "padding", M, shift)

# %% [markdown]
# **Inequality 10** bounds the smallest eigenvalue at $W^*$ from above, by a Rayleigh quotient
# (lemma 7). Again the vector may come from anywhere.

# %%
guess = np.array([[float(entry.mid()) for entry in row] for row in H])
x = arb_mat([[exact(value)] for value in np.linalg.eigh(guess)[1][:, 0]])
quotient = (x.transpose() * arb_mat(H) * x)[0, 0] / (x.transpose() * x)[0, 0]
require(10, "lambda-min-high", quotient + B(delta) * delta, high, digits=14)

# %% [markdown]
# All ten hold. Theorem 1 of `proofs/lemmas` says that they imply the statement printed in part
# 1, in every dimension $D \ge 6$.
#
# ## 3. The checkers
#
# The package's kernel verifies the same inequalities with its own code. It lists the fourth only
# where it fails.

# %%
outcome = certify.check(certificate)
print(outcome.verdict)
for inequality in outcome.inequalities:
    print(f"  {inequality.code}: {inequality}")

# %% [markdown]
# **The second checker** is one file of plain Python, with interval arithmetic on integers of its
# own. It was written from `proofs/format` and the lemmas alone, shares no line with the kernel, and
# needs neither python-flint nor the package (`-I` keeps the environment out of it).

# %%
second = subprocess.run(
    [sys.executable, "-I", "proofs/recheck", str(NAME)],
    cwd=root,
    capture_output=True,
    check=False,
    text=True,
)
print(second.stdout)
assert second.returncode == 0 and second.stdout.startswith("PROVED")


# %% [markdown]
# **Tampering.** The lower bound of the loss is raised to the former upper bound; a weight is moved
# by $10^{-3}$; the radius is doubled. Each time both checkers name the first inequality that could
# not be verified, the same one, with both sides. A rejection means *not proved*; it does not refute
# the statement.


# %%
def tampered(change):
    document = copy.deepcopy(certificate.document)
    change(document["statement"])
    return certify.Certificate(document)


def raise_lo(statement):
    statement["claims"]["loss"] = [statement["claims"]["loss"][1], "0.026"]


def move_weight(statement):
    with localcontext(prec=100):
        statement["centre"][0][0] = str(Decimal(statement["centre"][0][0]) + Decimal("0.001"))


def double_radius(statement):
    statement["claims"]["radius"] = str(2 * Decimal(statement["claims"]["radius"]))


for change in (raise_lo, move_weight, double_radius):
    forged = tampered(change)
    verdict = certify.check(forged)
    with tempfile.TemporaryDirectory() as folder:
        forged.save(Path(folder) / "forged.json")
        second = subprocess.run(
            [sys.executable, "-I", str(root / "proofs/recheck"), "forged.json"],
            cwd=folder,
            capture_output=True,
            check=False,
            text=True,
        )
    assert (
        verdict.verdict == "REJECTED"
        and second.returncode == 1
        and f"[{verdict.code}]" in second.stdout
    )
    print(f"{change.__name__}, kernel: {verdict.verdict} {verdict.summary}")
    print(f"{change.__name__}, second checker: {second.stdout}")

# %% [markdown]
# ## 4. Where trust lies
#
# To accept the theorem you must believe
#
# * the mathematics: lemmas 1 to 7 and theorem 1 of `proofs/lemmas`, a few pages, to be read with
#   pencil and paper;
# * that the cells of part 2 state those formulas and the ten inequalities correctly (that is what
#   this notebook is for), or else that `certify/kernel` does, or `proofs/recheck`, a second
#   checker written against `proofs/format` and the lemmas;
# * that python-flint (Arb) encloses $\sqrt{\ }$, $\operatorname{atan2}$, $\pi$ and the field
#   operations, and compares balls, as documented;
# * the Python interpreter, its JSON reader and integers, the compiler and the machine.
#
# You need not believe the search that found the point, Newton's method that refined it, NumPy, any
# number called a guess above, or the field `provenance` of the file, which no checker reads.
#
# ## 5. From the shell
#
# In the root of the repository:
#
#     # the kernel
#     certify check proofs/gaussian/n06-k06.json
#     # the second checker
#     python proofs/recheck proofs/gaussian/n06-k06.json
#     # every certificate in the folder
#     certify check proofs/gaussian
#     # the theorem and both sides of each inequality
#     certify show proofs/gaussian/n06-k06.json
#
# The exit code is 0 only if everything was proved. The first of these, run from here:

# %%
run = subprocess.run(
    [sys.executable, "-m", "certify", "check", str(NAME)],
    cwd=root,
    capture_output=True,
    check=False,
    text=True,
)
print(run.stdout)
print("exit code", run.returncode)
assert run.returncode == 0
