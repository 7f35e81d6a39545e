"""What a certificate claims, in words, and which functions decide it: `--explain`.

Nothing here decides anything.  The words are those of FORMAT 4, for the numbers of the
file; a certificate is explained after it was read, so every field is there and of its type.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

from . import (
    explain_gaussian,
    explain_landscape,
    explain_piecewise,
    explain_slopes,
    explain_smooth,
    explain_trained,
)
from .words import Told

COLUMNS = 100

EXPLAIN: dict[str, Callable[[dict[str, Any]], Told]] = {
    "gaussian-minimum": explain_gaussian.minimum,
    "gaussian-symmetric-minimum": explain_gaussian.symmetric,
    "gaussian-symmetric-saddle": explain_gaussian.symmetric,
    "gaussian-birth": explain_gaussian.birth,
    "gaussian-family-minimum": explain_gaussian.family_minimum,
    "gaussian-family-saddle": explain_gaussian.family_saddle,
    "gaussian-splitting": explain_gaussian.splitting,
    "gaussian-basin": explain_gaussian.basin,
    "gaussian-span-minimum": explain_gaussian.span,
    "gaussian-enumeration": explain_gaussian.enumeration,
    "gaussian-landscape": explain_landscape.landscape,
    "gaussian-slopes-landscape": explain_landscape.slopes,
    "gaussian-slopes-minimum": explain_slopes.slopes,
    "gaussian-family-slopes-minimum": explain_slopes.family_slopes,
    "gaussian-slope-birth": explain_slopes.slope_birth,
    "gaussian-birth-curve": explain_slopes.birth_curve,
    "data-minimum": explain_piecewise.minimum,
    "data-global-minimum": explain_piecewise.global_minimum,
    "data-saddle": explain_piecewise.saddle,
    "data-noncritical": explain_piecewise.noncritical,
    "data-entropy-minimum": explain_piecewise.entropy,
    "data-constant-minimum": explain_smooth.constant,
    "data-constant-family": explain_smooth.constant_family,
    "data-splitting-family": explain_smooth.splitting_family,
    "smooth-strict-minimum": explain_trained.strict_minimum,
    "smooth-exact-fit": explain_trained.exact_fit,
    "smooth-saddle": explain_trained.saddle,
    "smooth-no-critical-point": explain_trained.no_critical_point,
    "piecewise-kink-minimum": explain_trained.kink_minimum,
}

# The section of FORMAT, the theorem of the lemmas, and the functions, each with its module and
# with what it does.  `require` and `refuse` of verdict.py say no.
SOURCES: dict[str, tuple[str, int, str]] = {
    "gaussian-minimum": (
        "4.1",
        1,
        """dense.read reads the certificate
        dense.verify the ten inequalities in their order
        gaussian.GaussianNetwork loss, gradient, Hessian and Lipschitz constant at C (lemmas 1-3, 5)
        homogeneous.read_activation the activation; the factor of the loss is taken out (lemma 24)
        weights.read_weights output weights 1 and -1 (lemma 25)
        matrices.prove_above inequalities 8 and 9: a matrix is positive definite
        verdict.require the other inequalities: one number is below another""",
    ),
    "gaussian-symmetric-minimum": (
        "4.2",
        2,
        """symmetric.read reads the certificate
        symmetric.verify the thirteen inequalities in their order
        block_forms.SymmetricNetwork loss and gradient by blocks (lemma 8); 5 and 6
        isotypic.IsotypicNetwork the Hessian on each representation (lemma 9)
        tilted.TiltedNetwork the same for every activation (lemma 24)
        weights.read_weights output weights 1 and -1 (lemma 25)
        krawczyk.prove_unique inequalities 7 and 8: exactly one zero in the box (lemma 10)
        symmetric.prove_eigenvalues inequality 11: eigenvalues are counted below each end
        verdict.require the other inequalities: one number is below another""",
    ),
    "gaussian-birth": (
        "4.3",
        3,
        """birth.read reads the certificate
        birth.verify the closed forms with k as the parameter
        crossing.Crossing the nine inequalities in their order
        block_forms.SymmetricNetwork loss and gradient at a real size (lemma 8); inequality 1
        isotypic.IsotypicNetwork the Hessian at a real size (lemma 9)
        tilted.TiltedNetwork the same for every activation (lemma 24)
        krawczyk.prove_unique inequalities 2 and 3: exactly one solution in the box (lemma 10)
        matrices.last_pivot inequalities 4 and 5: pivots of elimination
        verdict.require the other inequalities: one number is below another""",
    ),
    "gaussian-family-minimum": (
        "4.4",
        4,
        """family_minimum.read reads the certificate
        family_minimum.verify the sixteen inequalities in their order
        covers.prove_reach inequalities 3 and 4: the cover reaches far enough
        covers.prove_joints inequality 3: the boxes join
        family_minimum.FamilyTest inequalities 5, 6 and 10 to 16 on one box
        tubes.Tube inequalities 5 to 9: the branch in the box (lemmas 10, 13, 14)
        verdict.require each comparison of two numbers""",
    ),
    "gaussian-family-saddle": (
        "4.5",
        5,
        """family_saddle.read reads the certificate
        family_saddle.verify the eight inequalities in their order
        covers.prove_reach inequalities 1 to 3: the cover reaches far enough
        covers.prove_joints inequality 1: the boxes join
        family_saddle.prove_near inequality 3: the branch is near the centre at the upper end of K
        tubes.Tube inequalities 4 to 7: the branch in each box (lemmas 10, 13)
        verdict.require each comparison of two numbers""",
    ),
    "gaussian-splitting": (
        "4.6",
        6,
        """consequences.read_splitting reads the certificate
        consequences.verify_splitting the inequalities in their order""",
    ),
    "gaussian-basin": (
        "4.7",
        7,
        """consequences.read_basin reads the certificate
        consequences.verify_basin the inequalities in their order""",
    ),
    "gaussian-span-minimum": (
        "4.8",
        8,
        """span.read reads the certificate
        span.verify the nine inequalities in their order
        span.SpanNetwork the closed forms from scalar products (lemma 16); inequalities 3 and 4
        homogeneous.read_activation the activation; the factor of the loss is taken out (lemma 24)
        matrices.prove_above inequalities 8 and 9: a matrix is positive definite
        verdict.require the other inequalities: one number is below another""",
    ),
    "gaussian-enumeration": (
        "4.9",
        9,
        """enumeration.read reads the certificate
        enumeration.verify the seven inequalities in their order
        enumeration.prove_distinct inequality 1
        enumeration.prove_point inequalities 2 to 6 for one point
        enumeration.Region inequality 7: no other critical point (lemma 17)
        verdict.require each comparison of two numbers""",
    ),
    "gaussian-landscape": (
        "4.27",
        27,
        """landscape.read reads the certificate
        landscape.verify the inequalities in their order; the indices in closed form
        landscape_plane.open_in_plane no other critical points in the plane of the teachers
        landscape_space.open_in_space nor outside it, but for the saddle
        landscape.Saddle where the saddle is, its loss and its Hessian
        triangle.undecided subdivides the pairs of angles
        circle.Circle sine and cosine of exact parts of pi
        verdict.require each comparison of two numbers""",
    ),
    "gaussian-slopes-landscape": (
        "4.28",
        28,
        """slopes_landscape.read reads the certificate
        homogeneous.read_slope_range the range of activations
        slopes_landscape.verify all of it: nothing is left open
        tilted_plane.open_in_plane no other local minima in the plane of the teachers
        tilted_plane.Tilted the equations, and the tests of a part
        triangle.undecided subdivides the directions and the activations
        circle.Circle sine and cosine of exact parts of pi""",
    ),
    "gaussian-birth-curve": (
        "4.21",
        21,
        """birth_curve.read reads the certificate
        birth_curve.verify inequalities 1, 7, 9 and 10, and the others box by box
        covers.prove_joints inequality 1: the boxes join
        birth_curve.CurveChart inequalities 2, 5, 6 and 8 on one box
        tilted.TiltedNetwork the closed forms for every activation (lemmas 8, 9 and 24)
        duals.Dual derivatives of the closed forms
        expansions.Expansion functions of w with enclosures of their power series (lemma 13)
        covers.Chart inequalities 3 and 4 on one box (lemma 10)
        matrices.last_pivot inequality 5: pivots of elimination
        verdict.require each comparison of two numbers""",
    ),
    "gaussian-slope-birth": (
        "4.20",
        20,
        """slope_birth.read reads the certificate
        slope_birth.verify inequalities 1 and 11, the closed forms with c as the parameter
        covers.prove_below inequality 1: one exact number is not above another
        crossing.Crossing inequalities 2 to 10 in their order
        tilted.TiltedNetwork the closed forms for every activation (lemmas 8, 9 and 24)
        krawczyk.prove_unique inequalities 3 and 4: exactly one solution in the box (lemma 10)
        matrices.last_pivot inequalities 5 and 6: pivots of elimination
        verdict.require the other inequalities: one number is below another""",
    ),
    "gaussian-slopes-minimum": (
        "4.18",
        18,
        """slopes.read reads the certificate
        slopes.verify the six inequalities in their order
        covers.prove_reach inequality 1: the cover reaches far enough
        covers.prove_joints inequality 1: the boxes join
        slopes.SlopesChart inequalities 2, 5 and 6 on one box
        tilted.TiltedNetwork the closed forms for every activation (lemmas 8, 9 and 24)
        expansions.Expansion functions of w with enclosures of their power series (lemma 13)
        covers.Chart inequalities 3 and 4 on one box (lemma 10)
        matrices.last_pivot inequality 5: pivots of elimination
        verdict.require each comparison of two numbers""",
    ),
    "gaussian-family-slopes-minimum": (
        "4.19",
        19,
        """family_slopes.read reads the certificate
        family_slopes.verify the eight inequalities in their order; number 2 by slopes.verify
        family_slopes.prove_ends inequality 1: strips and rectangles join
        covers.prove_reach inequality 1: the strips reach far enough
        plane.PlaneChart inequalities 3 to 8 on one rectangle
        tilted.LevelNetwork the closed forms for every activation (lemmas 8, 9, 24 and 27)
        series.Series functions of t and w with enclosures of their power series (lemma 26)
        krawczyk.Preconditioner inequalities 5 and 6 (lemma 10)
        matrices.last_pivot inequality 7: pivots of elimination
        verdict.require each comparison of two numbers""",
    ),
    "data-minimum": (
        "4.10",
        10,
        """piecewise.read_minimum reads the certificate
        piecewise.verify_minimum the conditions in their order
        piecewise.prove_risk condition 1: the risk, exactly
        piecewise.prove_no_kink condition 2
        paths.Paths condition 3 and the path vectors (lemma 19)
        piecewise.prove_orthogonal conditions 3 and 4""",
    ),
    "data-global-minimum": (
        "4.11",
        11,
        """piecewise.read_global_minimum reads the certificate
        piecewise.verify_global_minimum the conditions in their order
        piecewise.prove_risk condition 1: the risk, exactly""",
    ),
    "data-saddle": (
        "4.12",
        12,
        """piecewise.read_saddle reads the certificate
        piecewise.verify_saddle the five conditions in their order
        piecewise.prove_risk condition 1: the risk, exactly
        piecewise.prove_no_kink condition 2
        piecewise.prove_critical condition 3: every derivative is 0, exactly
        piecewise.first_coefficient conditions 4 and 5: the risk along the curves""",
    ),
    "data-noncritical": (
        "4.13",
        13,
        """piecewise.read_noncritical reads the certificate
        piecewise.verify_noncritical the four conditions in their order
        piecewise.prove_risk condition 1: the risk, exactly
        piecewise.prove_no_kink condition 2
        gradients.Gradient conditions 3 and 4: the derivative, exactly""",
    ),
    "data-entropy-minimum": (
        "4.14",
        14,
        """entropy.read reads the certificate
        entropy.verify the eight conditions in their order
        piecewise.prove_no_kink condition 1
        entropy.Entropy condition 2, gradient, Hessian and risk in the last layer
        matrices.prove_above condition 5: a matrix is positive definite
        verdict.require the other conditions: one number is below another""",
    ),
    "data-constant-minimum": (
        "4.15",
        15,
        """constant.read_minimum reads the certificate
        constant.verify_minimum the eight conditions in their order
        constant.Moments conditions 1 and 2, and the matrices of 3 and 4, exactly
        constant.all_positive condition 4: leading minors, exactly
        smooth_networks.prove_below condition 5: one number is below another
        smooth_networks.prove_definite condition 6: a matrix is positive definite (lemma 22)""",
    ),
    "data-constant-family": (
        "4.16",
        16,
        """constant.read_family reads the certificate
        constant.verify_family the five conditions in their order
        constant.Moments conditions 1 and 2, and the matrix of 3, exactly
        constant.all_positive condition 3: leading minors, exactly
        formulas.Activation conditions 4 and 5: the derivatives of h (lemma 21)""",
    ),
    "data-splitting-family": (
        "4.17",
        17,
        """splitting_family.read reads the certificate
        splitting_family.verify the seven conditions in their order
        splitting_family.Curve gradient, Hessian and risk by all parameters
        smooth_networks.prove_definite conditions 3 and 6: a matrix is positive definite
        smooth_networks.prove_better condition 7
        verdict.require condition 1""",
    ),
    "smooth-strict-minimum": (
        "4.22",
        22,
        """trained_minimum.read reads the certificate
        trained_minimum.verify the conditions in their order
        trained_risk.Derivatives gradient and Hessian by all parameters, forwards
        smooth_networks.prove_definite the Hessian on the ball is above the convexity
        extremes.prove_least the smallest and the largest eigenvalue
        trained_minimum.require_below the other conditions: one number is below another""",
    ),
    "smooth-exact-fit": (
        "4.23",
        23,
        """exact_fit.read reads the certificate
        exact_fit.verify the conditions in their order
        exact_fit.Jacobian the derivatives of the outputs on all data
        exact_fit.Contraction the matrix A and the norms of the proof
        exact_fit.prove_eigenvalue the eigenvalues of J J^T
        verdict.require the other conditions: one number is below another""",
    ),
    "smooth-saddle": (
        "4.24",
        24,
        """trained_saddle.read reads the certificate
        trained_saddle.verify the conditions in their order
        trained_risk.Derivatives gradient and Hessian by all parameters, forwards
        trained_saddle.prove_zero exactly one critical point in the box (lemma 10)
        matrices.eigenvalues_below how many eigenvalues are negative""",
    ),
    "smooth-no-critical-point": (
        "4.25",
        25,
        """trained_noncritical.read reads the certificate
        trained_noncritical.verify the condition, with a direction or by scaling
        trained_risk.Sweep the network on all data, for all parameters in the ball""",
    ),
    "piecewise-kink-minimum": (
        "4.26",
        26,
        """kinks.read reads the certificate
        kinks.verify the conditions in their order
        kinks.Gated the network with gates on the kinks
        trained_saddle.prove_zero a point with these kinks, and its gates (lemma 10)
        kinks.prove_growth gates, signs of the c_k, growth and tau
        smooth_networks.prove_definite H + tau Z^T Z is above the growth""",
    ),
}
SOURCES["gaussian-symmetric-saddle"] = SOURCES["gaussian-symmetric-minimum"]


def deciders(tree: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Module, function and purpose of the functions that decide this certificate."""
    kind = tree["kind"]
    lines = SOURCES[kind][2].splitlines()
    if kind in ("gaussian-splitting", "gaussian-basin"):
        inner = tree["statement"]["minimum"]["kind"]
        form = "dense" if inner == "gaussian-minimum" else "symmetric"
        step = "split" if kind == "gaussian-splitting" else "basin"
        lines.append(f"consequences.prove_{step}_{form} what is added to the minimum's kind")
        lines += SOURCES[inner][2].splitlines()[1:]
    found = []
    for line in lines:
        name, _, purpose = line.strip().partition(" ")
        module, _, function = name.partition(".")
        found.append((module, function, purpose))
    return found


def paragraph(text: str, first: str = "", rest: str = "") -> str:
    """Wrapped at COLUMNS; numbers are not broken."""
    return textwrap.fill(
        text,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def explained(tree: dict[str, Any]) -> str:
    """The theorem that a certificate states, and who decides it."""
    kind = tree["kind"]
    section, theorem, _ = SOURCES[kind]
    told = EXPLAIN[kind](tree)
    lines = [f"{kind} (FORMAT {section}; theorem {theorem} of the lemmas)", ""]
    for title, text in told.setting:
        lines.append(paragraph(f"{title}: {text}", "  ", "      "))
    lines += ["", "What is claimed:"]
    for letter, claim in zip("abcdefghijklmnopqrstuvwxyz", told.claims):
        lines.append(paragraph(f"({letter}) {claim}", "  ", "      "))
    lines += ["", "What decides it:"]
    for module, function, purpose in deciders(tree):
        lines.append(f"  {module + '.py':<20} {function:<22} {purpose}")
    return "\n".join([*lines, ""])
