"""The claims about trained networks, row by row: one function for each kind."""

from __future__ import annotations

from collections.abc import Iterator

from certify.kernel.foundation.reals import Interval, Real, counted
from certify.kernel.trained.claims import Given
from certify.kernel.trained.exact_fit import ExactFit
from certify.kernel.trained.kinks import KinkMinimum
from certify.kernel.trained.minimum import StrictMinimum
from certify.kernel.trained.noncritical import Noncritical
from certify.kernel.trained.problem import TrainedProblem
from certify.kernel.trained.saddle import Saddle
from certify.kernel.trained.symmetries import Slice
from certify.report.rows import Row, least, most, row, within, yes

__all__ = ["exact_fit", "kink_minimum", "noncritical", "saddle", "strict_minimum"]


def _risk(risk: Interval, what: str) -> Row:
    return row("R(θ*)", r"R(\theta^\ast)", within(risk), f"risk at the {what} $θ*$")


def _norm(letter: str) -> tuple[str, str]:
    """The symbols of the distance of theta* from this point."""
    return f"‖θ* − {letter}‖", rf"\|\theta^\ast-{letter}\|"


def _each() -> tuple[str, str]:
    return "max |θ*ᵢ − Cᵢ|", r"\max|\theta^\ast_i-C_i|"


def _radius(radius: Real, meaning: str) -> Row:
    return row("r", "r", radius, meaning)


def _across(modulo: Slice) -> str:
    """Where derivatives are taken that are not those by all parameters."""
    return "" if modulo.whole else " on $S$"


def _slice(modulo: Slice) -> Iterator[Row]:
    if modulo.whole:
        return
    what = "shift" if modulo.shifts else "rescaling"
    if modulo.shifts:
        meaning = "sums over the outputs, which adding the same to all outputs changes, are as in"
    else:
        meaning = "one outgoing weight of each hidden unit, which rescaling changes, is as in"
    yield row(
        "S",
        "S",
        f"slice across {what}",
        f"of dimension {modulo.dimension} among {modulo.problem.network.size} parameters:"
        f" {meaning} $C$",
    )


def _besides(given: Given | None, better: object) -> Iterator[Row]:
    if given is not None:
        meaning = "$G$ the parameters given in the file"
        yield row(*_norm("G"), within(given.distance), meaning)
    if better is not None:
        yield yes("spurious", "$R$ is smaller at the better parameters in the file")


def _sizes(problem: TrainedProblem) -> Iterator[Row]:
    network = problem.network
    widths = [layer.units for layer in network.layers[:-1]]
    if widths:
        meaning = "units of the hidden layers"
        yield row("widths", r"\text{widths}", ", ".join(map(str, widths)), meaning)
    size = str(network.size)
    yield row("parameters", r"\text{parameters}", size, f"{problem.loss} loss".capitalize())
    yield row(
        "data",
        r"\text{data}",
        str(problem.data),
        f"with {counted(network.layers[0].inputs, 'input')}, for"
        f" {counted(network.outputs, 'output')}",
    )


def strict_minimum(claim: StrictMinimum) -> list[Row]:
    """The claims about a strict local minimum."""
    on, off = _across(claim.modulo), claim.off.units
    inside = "" if claim.modulo.whole else " in $S$"
    rows = [
        _risk(claim.risk, "local minimum" if off else "strict local minimum"),
        row(
            "λ_min(θ*)",
            r"\lambda_{\min}(\theta^\ast)",
            within(claim.smallest),
            f"smallest eigenvalue of the Hessian{on} at $θ*$",
        ),
        row(
            "λ_max(θ*)",
            r"\lambda_{\max}(\theta^\ast)",
            within(claim.largest),
            f"largest eigenvalue of the Hessian{on} at $θ*$",
        ),
        row(*_norm("C"), most(claim.location), "$C$ the centre in the file"),
        _radius(claim.radius, f"$θ*$ is the only critical point{inside} within $r$ of $C$"),
        row(
            "λ_min(θ)",
            r"\lambda_{\min}(\theta)",
            least(claim.convexity),
            f"smallest eigenvalue of the Hessian{on} at every $θ${inside} within $r$ of $C$",
        ),
    ]
    if off:
        rows.append(
            row(
                "off",
                r"\text{off}",
                ", ".join(str(unit + 1) for unit, _ in off),
                f"unit{'s' * (len(off) > 1)} of hidden layer {claim.off.layer + 1} switched off:"
                " with them the minimum is not strict; what is said above is of the network"
                " without them",
            )
        )
    larger = claim.off.larger(claim.problem)
    return [
        *rows,
        *_besides(claim.given, claim.better),
        *_slice(claim.modulo),
        *_sizes(larger),
    ]


def exact_fit(claim: ExactFit) -> list[Row]:
    """The claims about an exact fit."""
    without = ""
    if claim.relations:
        names = ", ".join(str(relation.output + 1) for relation in claim.relations)
        without = f", without output{'s' * (len(claim.relations) > 1)} {names}"
    rank = claim.residuals
    rows = [
        row("R(θ*)", r"R(\theta^\ast)", "0", "risk at the global minimum $θ*$: an exact fit"),
        row("rank", r"\text{rank}", str(rank), f"of the Hessian at $θ*${without}"),
        row(
            "dimension",
            r"\text{dimension}",
            str(len(claim.free) - rank),
            f"of the manifold of exact fits near $θ*${without}",
        ),
        row(
            "λ₊(θ*)",
            r"\lambda_+(\theta^\ast)",
            least(claim.eigenvalue),
            f"smallest eigenvalue above 0 of the Hessian at $θ*${without}",
        ),
        row(*_norm("C"), most(claim.distance), "$C$ the centre in the file"),
    ]
    if claim.given_distance is not None:
        meaning = "$G$ the parameters given in the file"
        rows.append(row(*_norm("G"), most(claim.given_distance), meaning))
    return [*rows, *_sizes(claim.problem)]


def saddle(claim: Saddle) -> list[Row]:
    """The claims about a saddle."""
    on, inside = _across(claim.modulo), "" if claim.modulo.whole else " in $S$"
    return [
        _risk(claim.risk, "saddle"),
        row(
            "index",
            r"\text{index}",
            str(claim.index),
            f"negative eigenvalues of the Hessian{on} at $θ*$; the other"
            f" {claim.modulo.dimension - claim.index} are positive",
        ),
        row(*_each(), most(claim.radius), f"$θ*$ is the only critical point{inside} so near $C$"),
        *_besides(claim.given, None),
        *_slice(claim.modulo),
        *_sizes(claim.problem),
    ]


def noncritical(claim: Noncritical) -> list[Row]:
    """The claims about weights without a critical point near them."""
    return [
        row(
            "‖grad R(θ)‖",
            r"\|\operatorname{grad}R(\theta)\|",
            least(claim.gradient),
            "for every $θ$ within $r$ of $C$",
        ),
        _radius(claim.radius, "no critical point is within $r$ of $C$, the parameters in the file"),
        *_sizes(claim.problem),
    ]


def kink_minimum(claim: KinkMinimum) -> list[Row]:
    """The claims about a strict local minimum on kinks."""
    inside = "" if claim.modulo.whole else " in $S$"
    return [
        _risk(claim.risk, "strict local minimum"),
        row(
            "kinks",
            r"\text{kinks}",
            str(len(claim.kinks)),
            "pairs of a datum and a hidden unit exactly on the kink: $R$ is not differentiable",
        ),
        row(
            "m",
            "m",
            claim.growth,
            f"$R(θ) ≥ R(θ*) + m/2 ‖θ − θ*‖²$ for every $θ${inside} within $r$ of $θ*$",
        ),
        _radius(claim.radius, "how far this is proved"),
        row(*_each(), most(claim.location), "$C$ the centre in the file"),
        *_besides(claim.given, claim.better),
        *_slice(claim.modulo),
        *_sizes(claim.problem),
    ]
