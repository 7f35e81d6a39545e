"""In words: what the kinds of FORMAT 4.1 to 4.9 claim."""

from __future__ import annotations

from typing import Any

from .blocks import Shape, read_blocks, read_intervals
from .homogeneous import read_activation
from .words import Told, interval, plural, table

LOSS = (
    "The loss",
    (
        "F(W) = 1/2 E ( sum_i [w_i.x]_+ - sum_j [v_j.x]_+ )^2 with [t]_+ = max(0, t). It is half"
        " the mean square error between the sum of n ReLU neurons w_1, ..., w_n, the rows of W,"
        " and the sum of k neurons v_1, ..., v_k, the teachers. Its smallest value is 0, and it"
        " is attained."
    ),
)
INPUTS = (
    "The inputs",
    "x is a standard Gaussian vector. E is the expectation over all x: there is no sample.",
)


def _loss(problem: dict[str, Any]) -> tuple[str, str]:
    """The loss of a problem that may have an activation and signs (section 4)."""
    title, told = _unsigned_loss(problem)
    if "signs" not in problem:
        return title, told
    students, teachers = (problem["signs"][name] for name in ("students", "teachers"))
    each = "row, from the first on" if "d" in problem else "block that has any, from the first on"
    return title, (
        f"{told} But each neuron has an output weight 1 or -1, s_i before the term of w_i and t_j"
        f" before that of v_j. The s_i are {students} and the t_j {teachers}, one for each {each}."
        " Of each sign there are as many s_i as t_j or more, so the smallest value is 0, too."
    )


def _unsigned_loss(problem: dict[str, Any]) -> tuple[str, str]:
    if not read_activation(problem).words:
        return LOSS
    p, q = problem["activation"]["positive"], problem["activation"]["negative"]
    return (
        "The loss",
        (
            f"F(W) = 1/2 E ( sum_i sigma(w_i.x) - sum_j sigma(v_j.x) )^2 with sigma(t) = p [t]_+"
            f" + q [-t]_+, [t]_+ = max(0, t), p = {p} and q = {q}. It is half the mean square error"
            " between the sum of n neurons w_1, ..., w_n with the activation sigma, the rows of W,"
            " and the sum of k neurons v_1, ..., v_k, the teachers. Its smallest value is 0, and it"
            " is attained."
        ),
    )


NORM = (
    "The norm",
    "|.| is the Euclidean norm of vectors and the Frobenius norm of matrices.",
)
ORTHONORMAL = "the first k unit vectors (orthonormal)"


def _minimum_claims(claims: dict[str, Any], dimension: str) -> list[str]:
    """Those of sections 4.1 and 4.8 but for the least eigenvalue."""
    low, high = claims["loss"]
    return [
        (
            f"In the closed ball |W - C| <= {claims['radius']} the loss F has exactly one"
            f" critical point W*, and W* is a strict local minimum, {dimension}."
        ),
        f"|W* - C| <= {claims['distance']}.",
        f"{low} < F(W*) < {high}. As F is 0 elsewhere, the minimum is spurious: it is not global.",
    ]


def minimum(tree: dict[str, Any]) -> Told:
    """Section 4.1."""
    statement = tree["statement"]
    problem, claims = statement["problem"], statement["claims"]
    n, k, d = (problem[name] for name in "nkd")
    known = problem["targets"] == "orthonormal"
    teachers = ORTHONORMAL if known else f"given, {table(problem['targets'], 'targets')}"
    dimension = (
        f"in R^({n} x D) for every D >= {d}, with zeros added to C and to the teachers"
        if claims["every_dimension"]
        else f"in R^({n} x {d})"
    )
    size = (
        f"{plural(n, 'student')}, {plural(k, 'teacher')}, dimension {d}; the teachers are"
        f" {teachers}. C is the {n} x {d} matrix of {table(statement['centre'], 'centre')}."
    )
    low, high = claims["lambda_min"]
    last = (
        f"On the ball every eigenvalue of the Hessian of F is at least {claims['curvature']}; at"
        f" W* the smallest one lies in [{low}, {high}]."
    )
    return Told(
        [_loss(problem), INPUTS, NORM, ("The problem", size)],
        [*_minimum_claims(claims, dimension), last],
    )


def blocks_in_words(blocks: list[dict[str, Any]]) -> str:
    """One block after the other; what copies are."""
    words = {
        "diagonal": "as many rows as columns",
        "columns": "columns only",
        "row": "one row",
        "copy": "as many rows, no columns",
    }
    found = "; ".join(
        f"block {number}: {block['type']}"
        f"{' of block' if 'of' in block else ', size'} {block.get('of', block.get('size'))}"
        f" ({words[block['type']]})"
        for number, block in enumerate(blocks, 1)
    )
    if not any("of" in block for block in blocks):
        return found
    return found + (
        ". A copy of a block has rows only, numbered as the columns of that block: a permutation in"
        " G moves them as it moves these columns, so that a matrix that G leaves fixed has two"
        " numbers there, one where row and column have the same number and one where they have not"
    )


def _spectrum(name: str, found: dict[str, list[list[str]]]) -> str:
    return "; ".join(
        f"{name} {representation}: {', '.join(map(interval, intervals))}"
        for representation, intervals in found.items()
    )


def symmetric(tree: dict[str, Any]) -> Told:
    """Section 4.2."""
    statement = tree["statement"]
    problem, claims = statement["problem"], statement["claims"]
    n, k, saddle = problem["n"], problem["k"], "index" in claims
    size = (
        f"n = {n} students, k = {k} teachers; the teachers are {ORTHONORMAL}. G is the group of"
        " permutations, of rows and columns alike, within each block. A matrix that G leaves"
        " fixed has one coordinate for each pair of blocks (two on a diagonal)."
        f" {blocks_in_words(statement['blocks'])}. C is the matrix with"
        f" {table(statement['centre'], 'centre')} as coordinates."
    )
    low, high = claims["loss"]
    found = [
        (
            f"In R^({n} x {k}) there is exactly one critical point W* of F that G leaves fixed"
            f" and whose entries differ by at most {claims['distance']} from those of C."
        ),
        f"{low} < F(W*) < {high}."
        + ("" if saddle else " As F is 0 elsewhere, W* is spurious: it is not a global minimum."),
        (
            "The eigenvalues of the Hessian at W* on each isotypic component, in increasing"
            f" order, lie in these intervals: {_spectrum('representation', claims['spectrum'])}."
            f" Those that each dimension beyond {k} adds:"
            f" {_spectrum('representation', claims['padding'])}."
        ),
        _signs(statement, saddle),
        (
            f"For every D >= {k} W*, with zeros added, is the only critical point in the ball |W"
            f" - C| <= {claims['radius']} of R^({n} x D), and the Hessian is nondegenerate there."
        ),
        "The permutations of rows and columns that fix W* are exactly those of G."
        if claims["exact_isotropy"]
        else "Nothing is claimed of permutations outside G that may fix W*.",
    ]
    return Told([_loss(problem), INPUTS, NORM, ("The problem", size)], found)


def _signs(statement: dict[str, Any], saddle: bool) -> str:
    """Claim (d) of section 4.2."""
    problem, claims = statement["problem"], statement["claims"]
    n, k = problem["n"], problem["k"]
    if not saddle:
        return f"All of these are positive: W* is a strict local minimum of R^({n} x D), D >= {k}."
    shape = Shape(read_blocks(statement["blocks"], False))
    padding = read_intervals(claims["padding"], "padding", shape.padding_types())
    q, index = shape.negative_beyond(padding), claims["index"]
    return (
        f"None of these is 0: W* is a saddle. Exactly {index} of those in R^({n} x {k}) are"
        f" negative, multiplicities counted, and exactly {index} + {q} (D - {k}) of those in"
        f" R^({n} x D), D >= {k}."
    )


def birth(tree: dict[str, Any]) -> Told:
    """Section 4.3."""
    statement = tree["statement"]
    claims = statement["claims"]
    low, high = claims["k"]
    size = (
        f"The teachers are {ORTHONORMAL}; the size of one block grows with k. The critical"
        " equations for matrices that the permutations within blocks leave fixed, the reduced"
        f" equations, make sense for every real k. {blocks_in_words(statement['blocks'])}. C is"
        f" the matrix with {table(statement['centre'], 'centre')} as coordinates."
    )
    above = "minimum" not in claims
    more, less = (">", "<") if above else ("<", ">")
    name = claims["crossing"]
    which = f"{name}, of the further dimensions" if "beyond" in claims else name
    found = [
        (
            f"For every real k in K = [{low}, {high}] the reduced equations have exactly one"
            f" solution whose coordinates differ by at most {claims['distance']} from those of C,"
            " and it is smooth in k."
        ),
        (
            "There is exactly one k* in K, and it is inside K, at which one of the forms of the"
            " Hessian on the isotypic components, those of the further dimensions included, is"
            f" singular at the solution. It is the one of representation {which}. All are positive"
            f" definite for k {more} k* in K; for k {less} k* in K that one has exactly one"
            " negative eigenvalue, and the others are positive definite."
        ),
        (
            f"The eigenvalue of {name} that is 0 at k* is simple and has a"
            f" {'positive' if above else 'negative'} derivative by k."
        ),
    ]
    return Told([_loss(statement["problem"]), INPUTS, NORM, ("The problem", size)], found)


FAMILY_BLOCKS = {
    "II": "a diagonal block of size k - 1 and one of size 1",
    "A": "one diagonal block of size k",
    "I": "a diagonal block of size k - 1 and one of size 1",
    "II+1": "a diagonal block of size k - 1, one of size 1 and a block of one row",
    **{
        f"II_{m}+{m}'": f"a diagonal block of size k - {m}, one of size {m} and a copy of this one"
        for m in (3, 4, 5, 6)
    },
    "I+1": "a diagonal block of size k - 1, one of size 1 and a block of one row",
}


def family_minimum(tree: dict[str, Any]) -> Told:
    """Section 4.4."""
    statement = tree["statement"]
    name, claims = statement["family"], statement["claims"]
    more = int(name.rstrip("'").partition("+")[2] or 0)
    equal = "" if "limit" in claims else "= "
    over, k = "loss_times_k" in claims, claims["k_from"]
    n, rows = (f"k + {more}", f"(k + {more})") if more else ("k", "k")
    times = ", times k^(3/4)," if name == "I+1" else ""
    least = claims["lambda_min_scaled" if times else "lambda_min"]
    low, high = claims["loss_times_k" if over else "loss"]
    phi, limit = ("k F", "1/2 - 2/pi^2") if over else ("F", "1/2 - 1/pi")
    if not equal:
        limit = f"its limit as k grows, which lies in {interval(claims['limit'])}"
    size = (
        f"n = {n}, and the teachers are {ORTHONORMAL}. Family {name}: matrices that the"
        " permutations of rows and columns within the blocks leave fixed, with"
        f" {FAMILY_BLOCKS[name]}. What follows is claimed for every integer k >= {k}."
    )
    found = [
        (
            f"In R^({rows} x D), for every D >= k, F has a critical point W*(k) of the family, with"
            " zeros added, that is a strict local minimum."
        ),
        f"{low} < {phi} < {high} at W*(k). So F is positive there: W*(k) is spurious.",
        (
            f"The smallest eigenvalue of the Hessian at W*(k) in R^({rows} x D){times} lies in"
            f" {interval(least)}, for every D >= k."
        ),
        f"|{phi} - L| < {claims['rate']} k^(-1/2) at W*(k), with L {equal}{limit}.",
        f"F(W*(k)) strictly {'decreases' if over else 'increases'} with k.",
    ]
    return Told([LOSS, INPUTS, NORM, ("The problem", size)], found)


def family_saddle(tree: dict[str, Any]) -> Told:
    """Section 4.5."""
    statement = tree["statement"]
    name, claims = statement["family"], statement["claims"]
    low, high = claims["k"]
    size = (
        f"n = k, and the teachers are {ORTHONORMAL}. Family {name}: matrices that the"
        " permutations of rows and columns within the blocks leave fixed, with"
        f" {FAMILY_BLOCKS[name]}. The critical equations for these matrices, the reduced"
        " equations, make sense for every real k."
    )
    found = [
        (
            f"For every real k in K = [{low}, {high}] the reduced equations have a solution"
            f" W*(k), continuous on K. Its coordinates at k = {high} differ by less than"
            f" {claims['distance']} from {', '.join(claims['centre'])}."
        ),
        (
            f"For every real k in K the form of the Hessian of representation {claims['type']}"
            " takes a negative value at W*(k). So for every integer k in K W*(k) is a critical"
            " point of F, and no local minimum in R^(k x D) for any D >= k."
        ),
    ]
    return Told([LOSS, INPUTS, NORM, ("The problem", size)], found)


def _of_minimum(tree: dict[str, Any]) -> tuple[Told, str]:
    """What the minimum of a consequence claims, and the dimensions that it speaks of."""
    inner = tree["statement"]["minimum"]
    told = (minimum if inner["kind"] == "gaussian-minimum" else symmetric)(inner)
    problem, claims = inner["statement"]["problem"], inner["statement"]["claims"]
    if inner["kind"] != "gaussian-minimum":
        return told, f"every D >= {problem['k']}"
    return told, f"{'every D >=' if claims['every_dimension'] else 'D ='} {problem['d']}"


def splitting(tree: dict[str, Any]) -> Told:
    """Section 4.6."""
    told, dimension = _of_minimum(tree)
    neurons = tree["statement"]["claims"]["neurons"]
    dense = tree["statement"]["minimum"]["kind"] == "gaussian-minimum"
    problem = tree["statement"]["minimum"]["statement"]["problem"]
    weight = ", of the output weight s_i," if "signs" in problem else ""
    what = "rows" if dense else "all rows of the blocks"
    added = [
        (
            f"For each neuron w_i among the {what} {', '.join(map(str, neurons))}, every alpha in"
            f" (0, 1) and {dimension}: with alpha w_i and (1 - alpha) w_i in the place of w_i, W*"
            f" becomes a critical point with one more neuron{weight} and the same loss, and it is a"
            " saddle."
        ),
        "With 0 and w_i in the place of w_i it is no local minimum.",
    ]
    return Told(told.setting, told.claims + added)


def basin(tree: dict[str, Any]) -> Told:
    """Section 4.7."""
    told, dimension = _of_minimum(tree)
    claims = tree["statement"]["claims"]
    mu, smoothness = claims["curvature"], claims["smoothness"]
    added = [
        (
            f"On the closed ball |W - W*| <= {claims['radius']}, for {dimension}, all eigenvalues"
            f" of the Hessian of F lie between {mu} and {smoothness}."
        ),
        (
            f"Gradient flow from any point of this ball stays in it, and |W(t) - W*| <= e^(-{mu}"
            " t) |W(0) - W*|."
        ),
        (
            f"Gradient descent with steps 0 < eta <= 1/{smoothness} stays in it, and each step"
            f" multiplies |W - W*| by 1 - eta {mu} at most."
        ),
    ]
    return Told(told.setting, told.claims + added)


def span(tree: dict[str, Any]) -> Told:
    """Section 4.8."""
    statement = tree["statement"]
    problem, claims = statement["problem"], statement["claims"]
    n, k = problem["n"], problem["k"]
    if "rho" in problem:
        rho = problem["rho"]
        teachers = (
            f"any vectors with |v_a.v_b| <= {rho} for a != b and ||v_a|^2 - 1| <= {rho}: nearly"
            " orthonormal ones"
        )
        dimension = f"in R^({n} x D) for every D >= {k} and all such teachers"
    else:
        teachers = f"given in R^{problem['d']}, {table(problem['targets'], 'targets')}"
        dimension = f"in R^({n} x D) for every D >= {problem['d']}, with zeros added"
    size = (
        f"{plural(n, 'student')}, {plural(k, 'teacher')}; the teachers are {teachers}. The rows"
        " of C are combinations of the teachers, with"
        f" {table(statement['coefficients'], 'coefficients')}."
    )
    last = f"On the ball every eigenvalue of the Hessian of F is at least {claims['curvature']}."
    return Told(
        [_loss(problem), INPUTS, NORM, ("The problem", size)],
        [*_minimum_claims(claims, dimension), last],
    )


def enumeration(tree: dict[str, Any]) -> Told:
    """Section 4.9."""
    statement = tree["statement"]
    k, points = statement["problem"]["k"], statement["points"]
    size = (
        f"n = k = {k}, and the teachers are {ORTHONORMAL}. W(a, b) is the {k} x {k} matrix with a"
        " on the diagonal and b off it."
    )
    found = [
        (
            "Among the matrices W(a, b) other than 0 the loss F has exactly"
            f" {plural(len(points), 'critical point')}. With zeros added they are critical points"
            f" in R^({k} x D), D >= {k}, too."
        ),
        *(
            f"One of them is in |W - W({p['a']}, {p['b']})| <= {p['distance']}. It is the only"
            f" one within {p['radius']}: no eigenvalue of the Hessian at W({p['a']}, {p['b']}),"
            f" on the matrices W(a, b), lies between -{p['gap']} and {p['gap']}."
            for p in points
        ),
    ]
    return Told([LOSS, INPUTS, NORM, ("The problem", size)], found)
