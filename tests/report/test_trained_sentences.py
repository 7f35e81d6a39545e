"""What is printed about trained networks: the risk that is written down against the problem of the
file, every number and quantifier against `oracles/trained.py`, and sentences made false on purpose.
"""

from __future__ import annotations

import copy
import json
import math
import re
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest
from mpmath import mp, mpf
from oracles.smooth import function
from oracles.trained import Model, falsehood, flat
from test_sentences import INTERVAL, NUMBER, find, load, said

DATA, CORPUS = "tests/report/data/", "tests/corpus/accept/trained-"
TEX = r"(-?[\d.]+\\cdot10\^\{-?\d+\}|-?10\^\{-?\d+\}|-?[\d.]+)"
LOSSES = {
    "squared": ("1/2 |f - y|^2", r"\tfrac12\|f-y\|^2"),
    "cross-entropy": ("log sum_u exp(f_u) - f_y", r"\log\sum_u e^{f_u}-f_y"),
    "binary": ("log(1 + exp(f)) - y f", r"\log(1+e^f)-yf"),
}


def told(template, text):
    """The numbers of a sentence that stands there word by word. #: a number, @: an interval."""
    pattern = re.escape(template).replace(r"\#", f"({NUMBER})").replace("@", INTERVAL)
    match = re.search(rf"(?:(?<=^)|(?<=[ \n])){pattern}(?=$|[ \n])", text)
    assert match, f"not said: {template}"
    return list(match.groups())


def told_latex(template, text):
    """The same of LaTeX, as decimals."""
    pair = rf"\[{TEX},\\ {TEX}\]"
    pattern = re.escape(template).replace(r"\#", TEX).replace("@", pair)
    match = re.search(pattern, text)
    assert match, f"not said: {template}"
    return [decimal(group) for group in match.groups()]


def decimal(latex):
    power = re.sub(r"^(-?)10\^", r"\g<1>1\\cdot10^", latex)
    return re.sub(r"\\cdot10\^\{(-?\d+)\}", r"e\1", power)


def same(one, other):
    """Numbers that two texts agree about."""
    assert [*map(Fraction, one)] == [*map(Fraction, other)], (one, other)


def items(words):
    """The lettered sentences of the theorem, and those of the LaTeX."""
    lines = words.theorem.split("  (a)  ")
    assert len(lines) == 2
    parts = re.split(r"\n  \(([b-h])\)  ", "\n" + lines[1])
    latex = re.findall(r"\\item\[\(([a-h])\)\] (.*(?:\n(?!\\item|\\end\{enum).*)*)", words.latex)
    letters = ["a", *parts[1::2]]
    assert letters == [letter for letter, _ in latex] == [*"abcdefgh"[: len(letters)]]
    return [part.strip() for part in [parts[0], *parts[2::2]]], [text for _, text in latex]


# --------------------------------------------------------------------------------------------------
# The problem
# --------------------------------------------------------------------------------------------------


def numbers(phrase):
    return [int(digits) for digits in re.findall(r"\d+", phrase)]


def layers_of(phrase):
    """The layers meant by 1, 1 and 2, 1 to 3."""
    found = numbers(phrase)
    return range(found[0], found[-1] + 1)


def in_python(formula):
    """A formula of the words or of LaTeX, in Python."""
    cases = re.fullmatch(r"\\begin\{cases\}(.*?) & .*?\\\\ (.*?) & .*\\end\{cases\}", formula)
    if cases:
        formula = f"{{{cases[1]} where t < 0, {cases[2]} elsewhere}}"
    formula = formula.replace("\\tanh", "tanh").replace("\\,", "*").replace("\\cdot ", "*")
    return re.sub(r"\{(.*?) where t < 0, (.*?) elsewhere\}", r"((\1) if t < 0 else (\2))", formula)


def activations(network, found):
    """Formula by formula, with the layers it is said of."""
    known = []
    for formula, which in found:
        known += [(layer, formula) for layer in layers_of(which)]
    assert [layer for layer, _ in known] == [*range(1, len(network["layers"]) + 1)]
    for layer, formula in known:
        activation = function(network["layers"][layer - 1]["activation"])
        for t in (-1.3, -0.2, 0.7):
            value = eval(in_python(formula), {"t": t, "tanh": math.tanh})
            assert abs(value - activation(mpf(t))) < 1e-12


def biases(phrase, count):
    if phrase == "no biases":
        return [False] * count
    if phrase == "biases in all layers":
        return [True] * count
    inside = numbers(*find(r"^biases in layers? ([\d and]+) only$", phrase))
    return [layer in inside for layer in range(1, count + 1)]


@cache
def value_of(text):
    """The risk of a problem at some parameters."""
    problem, theta = json.loads(text)
    with mp.workdps(30):
        return Model(problem).risk([mpf(x) for x in theta])


def problem(document, words):
    """Data, network, loss, decay and risk, as they are said, give the risk of the file."""
    statement = document["statement"]
    known, theorem = statement["problem"], words.theorem
    network, count = known["network"], len(known["network"]["layers"])
    latex = words.latex.replace("$", "")
    sizes = [network["inputs"], *(layer["units"] for layer in network["layers"])]
    larger = list(sizes)
    for unit in statement.get("off", []):
        larger[unit["layer"]] += 1
    (headline,) = find(r"network with (.*?)(?:, \d+ of its units.*)?(?:;|:)", words.headline)
    assert numbers(headline) == larger
    n = len(known["inputs"])
    assert find(r"(\d+) dat(?:a|um)\b", words.headline) == (str(n),)
    standard = "the inputs in the file, less the mean and divided by the scale that it gives,"
    assert (standard in theorem) == ("standard" in known)
    assert ("less the mean and divided by the scale that it gives," in latex) == (
        "standard" in known
    )
    K = sizes[-1]
    space = {"squared": f" in R{f'^{K}' * (K > 1)} their targets, "}.get(
        known["loss"]["type"],
        " their labels, 0 or 1, " if K == 1 else " their labels, which count the outputs from 0, ",
    )
    inputs = f"x_1, ..., x_{n} in R{f'^{sizes[0]}' * (sizes[0] > 1)} be the inputs in the file"
    assert f"Let {inputs}" in theorem and f"\ny_1, ..., y_{n}{space}and f_theta" in theorem
    space = space.replace(" in R^", r"\in\mathbb{R}^").replace(" in R ", r"\in\mathbb{R} ")
    space = re.sub(r"R\}\^(\d+)", r"R}^{\1}", space)
    assert f"y_1,\\dots,y_{{{n}}}{space}and f_\\theta" in latex
    point = flat(statement.get("centre", statement.get("parameters")))
    theta = [str(x + mpf(i) / 997) for i, x in enumerate(point, 1)]  # on no kink
    expected = value_of(json.dumps([known, theta]))
    for text, which, display, formula, loss, decay, factor in (
        (
            theorem,
            r"connected network with (.*?),\n(.*?), and the activations?\n",
            r"    h\(t\) = (.*) in layers? ([\d a-z]+)\.?(?=\n)",
            r"    R\(theta\) = (?:(\S+) )?sum_n l\(f_theta\(x_n\), y_n\)(.*)\n",
            rf"with the loss l(f, y) = {LOSSES[known['loss']['type']][0]}",
            r"d_k = (\S+), e_k = (\S+) in layers? ([\d a-z]+)[;.]",
            Fraction,
        ),
        (
            latex,
            r"connected\nnetwork with (.*?), (no biases|biases in .*?), and the\nactivations?\n",
            r"  h\(t\)&=(.*?)&&\\text\{in layers? ([\d a-z]+)\}[,.]",
            rf"  R\(\\theta\)=(.*?)\\sum_\{{n=1\}}\^\{{{n}\}}\\ell\(f_\\theta\(x_n\),y_n\)(.*)\n",
            rf"with the loss \ell(f,y)={LOSSES[known['loss']['type']][1]}",
            r"d_k=(\S+), e_k=(\S+) in layers? ([\d a-z]+)[;.]",
            lambda text: Fraction(re.sub(r"\\frac\{(\d+)\}\{(\d+)\}", r"\1/\2", text)),
        ),
    ):
        shape, bias = find(which, text)
        assert numbers(shape) == sizes
        activations(network, re.findall(display, text))
        scale, penalty = find(formula, text)
        assert loss in text
        none = f"{loss} and without decay." in text
        assert none == (penalty == "")
        decays = [["0", "0"] for _ in range(count)]
        if not none:
            assert penalty in (
                " + 1/2 sum_k (d_k |W_k|^2 + e_k |b_k|^2)",
                rf"+\tfrac12\sum_{{k=1}}^{{{count}}}\bigl(d_k\|W_k\|^2+e_k\|b_k\|^2\bigr)",
            )
            assert f"{loss}, W_k and b_k the weights and biases of layer k, and the decays" in text
            seen = []
            for weights, own, layers in re.findall(decay, text):
                for layer in layers_of(layers):
                    seen.append(layer)
                    decays[layer - 1] = [str(factor(weights)), str(factor(own))]
            assert seen == [*range(1, count + 1)]
        rebuilt = {
            **known,
            "network": {
                "inputs": numbers(shape)[0],
                "layers": [
                    {**layer, "units": units, "bias": each}
                    for layer, units, each in zip(
                        network["layers"], numbers(shape)[1:], biases(bias, count), strict=True
                    )
                ],
            },
            "loss": {**known["loss"], "factor": str(factor(scale or "1"))},
            "decay": decays,
        }
        assert abs(value_of(json.dumps([rebuilt, theta])) - expected) < 1e-20


def by_second(document, words, template):
    """The numbers in the sentence of the second checker, behind the sizes of the problem."""
    statement = document["statement"]
    known = statement["problem"]
    sizes = [known["network"]["inputs"], *(x["units"] for x in known["network"]["layers"])]
    count = len(flat(statement.get("centre", statement.get("parameters"))))
    begin = (
        f"{'-'.join(map(str, sizes))} network, {count} parameters, {len(known['inputs'])} data: "
    )
    assert words.second.startswith(begin)
    found = told(template, words.second.removeprefix(begin))
    assert words.second.endswith(template[-12:]) or template[-1] in "#@"
    return found


def sliced(statement):
    """The words of the second checker for S."""
    modulo = statement["modulo"]
    if modulo["shift"]:
        return " on the slice across shifts"
    return " on the slice across rescaling" * (modulo["rescaling"] is not None)


def sides(statement, words):
    """What S is, where there is one; in S, on S, or nothing."""
    modulo = statement.get("modulo", {"shift": False, "rescaling": None})
    both = (words.theorem, words.latex.replace("$", "").replace("\\theta", "theta"))
    if not modulo["shift"] and modulo["rescaling"] is None:
        assert not any("Let S be" in text or " S " in text for text in both)
        return "", ""
    weights, own = map(Fraction, statement["problem"]["decay"][-1])
    sets = ["to all biases of the last layer"] * (
        own == 0 and statement["problem"]["network"]["layers"][-1]["bias"]
    )
    if weights == 0:
        sets.append("to all weights of the last layer that act on the same input of it")
    for text in (part.replace("\n", " ").replace("the certificate", "the file") for part in both):
        if modulo["shift"]:
            assert (
                f" Adding one number {' or '.join(sets)} does not change R. Let S be the set of the"
                " theta for which each sum of such parameters is that of C. " in text
            )
        else:
            assert (
                " To multiply the incoming weights and the bias of a hidden unit by a number above"
                " 0, and to divide its outgoing weights by it, does not change R. Let S be the set"
                " of the theta in which one outgoing weight of each hidden unit, named in the file,"
                " is as in C. " in text
            )
    return " in S", " on S"


def norms(words, centre="the centre"):
    rest = "is the Euclidean norm, of parameters that of all of them together."
    assert f"\nLet C be {centre} in the file; |.| {rest}\n" in words.theorem
    assert f"\nLet $C$ be {centre} in the certificate; $\\|\\cdot\\|$ {rest}\n" in words.latex


def consequence(modulo, inside):
    """The sentence about all parameters."""
    if not inside:
        return ""
    how = "these additions make" if modulo["shift"] else "this rescaling makes"
    return (
        " Among all parameters theta* is a local minimum of R, too, and near it only the points"
        f" that {how} of theta* have the same risk."
    )


def prose(latex):
    """LaTeX without dollars, as the theorem writes it."""
    for old, new in (
        ("$", ""),
        ("\\theta^\\ast", "theta*"),
        ("\\theta", "theta"),
        ("\\|", "|"),
        ("|<", "| < "),
        ("\\le ", " <= "),
        ("certificate", "file"),
    ):
        latex = latex.replace(old, new)
    return latex.replace("-C|", " - C|").replace("theta-", "theta -")


def row_holds(row, low, high=None):
    """An enclosure or a bound of a row is no sharper than what is said elsewhere."""
    if high is None:
        end = Fraction(row.printed())
        assert row.relation in "≤≥="
        assert {"≤": end >= Fraction(low), "≥": end <= Fraction(low)}.get(
            row.relation, end == Fraction(low)
        )
    else:
        assert row.relation == "∈"
        assert row.value.low <= Fraction(low) < Fraction(high) <= row.value.high


@cache
def truth(text):
    return falsehood(json.loads(text))


def true(document, **claims):
    """The statement with the numbers that are said, against the oracle."""
    changed = copy.deepcopy(document)
    changed["statement"]["claims"].update(claims)
    assert truth(json.dumps(changed)) is None


def distance(statement, sentence, latex, row):
    """Where the parameters given lie, also relative to their norm."""
    low, high, least, most = told(
        "The distance of theta* from the parameters given in the file lies in @; it is between #"
        " and # times their norm.",
        sentence,
    )
    same(
        told_latex(
            "The distance from the parameters $G$ given in the certificate is\n"
            r"\[ \|\theta^\ast-G\|\in@. \]"
            "\nThis is between $#$ and $#$ times their norm.",
            latex,
        ),
        [low, high, least, most],
    )
    row_holds(row, low, high)
    given = statement["claims"]["given"]["parameters"]
    with mp.workdps(30):
        norm = mp.norm(mp.matrix(flat(given)))
        assert mpf(least) <= mpf(low) / norm < mpf(high) / norm <= mpf(most)
        assert mpf(most) < mpf(high) / norm * mpf("1.02")
    return {"given": {"parameters": given, "distance": [low, high]}}


SPURIOUS = "theta* is spurious: R is smaller at the better parameters in the file."


def spurious(claims, words, texts, latex):
    better = claims.get("better") is not None
    assert ("spurious" in words.headline.split(" of the risk")[0]) == better
    assert ("spurious" in words.row) == better
    if better:
        assert words.row["spurious"].meaning == "R is smaller at the better parameters in the file"
        assert texts.pop(0) == SPURIOUS and prose(latex.pop(0)) == SPURIOUS


# --------------------------------------------------------------------------------------------------
# The kinds
# --------------------------------------------------------------------------------------------------


def minimum(document, words):
    """Theorem 22."""
    statement = document["statement"]
    problem(document, words)
    norms(words)
    inside, on = sides(statement, words)
    claims, off, modulo = statement["claims"], statement["off"], statement["modulo"]
    texts, latex = items(words)
    kind = f"{'spurious ' * (claims['better'] is not None)}{'' if off else 'strict '}local minimum"
    by = {" on S": ", up to adding the same to all outputs,"}.get(on * modulo["shift"], "")
    by = ", up to rescaling hidden units," if modulo["rescaling"] else by
    begin = f"{kind}{by} of the risk of a network with "
    assert words.headline.startswith(begin)
    risk = told("risk in @", words.headline)
    first = (
        f"Among the theta{inside} with |theta - C| <= # exactly one, theta*, is a critical point"
        " of R, and |theta* - C| < #."
    )
    radius, location = told(first, texts.pop(0))
    same(told_latex(first, prose(latex.pop(0))), [radius, location])
    second = (
        f"theta* is a strict local minimum of R{on}: all eigenvalues of the Hessian of R{on} are"
        f" above # at all these theta.{consequence(modulo, inside)}"
    )
    (convexity,) = told(second, re.sub(r"\s+", " ", texts.pop(0)))
    same(told_latex(second, prose(latex.pop(0))), [convexity])
    assert told("R(theta*) lies in @.", texts.pop(0)) == risk
    same(told_latex("The risk is\n\\[ R(\\theta^\\ast)\\in@. \\]", latex.pop(0)), risk)
    spectrum = told(
        f"The smallest eigenvalue of the Hessian of R{on} at theta* lies in @, the largest in @.",
        texts.pop(0),
    )
    same(
        told_latex(
            f"The smallest and the largest eigenvalue of the Hessian of $R${on.replace('S', '$S$')}"
            " at $\\theta^\\ast$ are\n\\[ \\lambda_{\\min}\\in@, \\]\n"
            "\\[ \\lambda_{\\max}\\in@. \\]",
            latex.pop(0),
        ),
        spectrum,
    )
    row = words.row
    row_holds(row["R(θ*)"], *risk)
    for symbol, ends in (("λ_min(θ*)", spectrum[:2]), ("λ_max(θ*)", spectrum[2:])):
        row_holds(row[symbol], *ends)
        which = "smallest" if "min" in symbol else "largest"
        assert row[symbol].meaning == f"{which} eigenvalue of the Hessian{on} at θ*"
    row_holds(row["‖θ* − C‖"], location)
    row_holds(row["r"], radius)
    row_holds(row["λ_min(θ)"], convexity)
    assert row["r"].meaning == f"θ* is the only critical point{inside} within r of C"
    assert row["λ_min(θ)"].meaning == (
        f"smallest eigenvalue of the Hessian{on} at every θ{inside} within r of C"
    )
    where = sliced(statement)
    count = len(off)
    units = f"{count} more unit{' that is' if count == 1 else 's that are'} off"
    same(
        by_second(
            document,
            words,
            f"a strict local minimum{where} within # of the centre, the only critical point"
            f"{' there' * bool(where)} within #; # < risk < #; Hessian >= # on the ball, its least"
            " eigenvalue at the minimum in @"
            + f"; with {units} a local minimum that is not strict"
            * bool(off),
        ),
        [location, radius, *risk, convexity, *spectrum[:2]],
    )
    changed = {}
    if off:
        entries = switched_off(off, words, texts, latex)
        document = copy.deepcopy(document)
        document["statement"]["off"] = entries
    else:
        assert "switched off" not in words.headline
    if claims["given"]:
        changed = distance(statement, texts.pop(0), latex.pop(0), row["‖θ* − G‖"])
    spurious(claims, words, texts, latex)
    assert texts == latex == []
    true(
        document,
        radius=radius,
        location=location,
        convexity=convexity,
        risk=risk,
        smallest=spectrum[:2],
        largest=spectrum[2:],
        **changed,
    )


def switched_off(off, words, texts, latex):
    """The units, with their places and biases, as they are said."""
    many = len(off)
    (count,) = told(", # of its units switched off;", words.headline.replace("output,", "output ,"))
    what = "a unit" if many == 1 else f"{many} units"
    free = "this bias is" if many == 1 else "these biases are"
    text, tex = re.sub(r"\s+", " ", texts.pop(0)), prose(latex.pop(0))
    entries = []
    for sentence in (text, tex):
        begin, units, end = find(
            r"^(Add to hidden layer \d+ .*? with all incoming and outgoing weights 0:) (.*?)\.?"
            r" (For the risk .*)$",
            sentence,
        )
        (layer,) = told(
            f"Add to hidden layer # {what} with all incoming and outgoing weights 0:", begin
        )
        assert end == (
            "For the risk of this larger network theta*, completed in this way, is a local"
            f" minimum. It is not strict: {free} free. Below, R and theta* are those of the larger"
            " network."
        )
        found = re.findall(rf"as number (\d+), with the bias ({NUMBER})", units)
        assert len(found) == many == int(count)
        entries.append(
            [{"layer": int(layer), "unit": int(unit), "bias": bias} for unit, bias in found]
        )
    assert entries[0] == entries[1]
    row = words.row["off"]
    assert row.printed() == ", ".join(str(entry["unit"]) for entry in entries[0])
    assert f"of hidden layer {entries[0][0]['layer']} switched off" in row.meaning
    assert "with them the minimum is not strict" in row.meaning
    return entries[0]


def exact_fit(document, words):
    """Theorem 23."""
    statement = document["statement"]
    problem(document, words)
    norms(words)
    known, claims, relations = statement["problem"], statement["claims"], statement["relations"]
    texts, latex = items(words)
    sentence = (
        "There is a theta* with f_theta*(x_n) = y_n for all n and |theta* - C| < #. So R(theta*) ="
        " 0, and theta* is a global minimum of R."
    )
    (away,) = told(sentence, texts.pop(0))
    tex = prose(latex.pop(0)).replace("f_{theta*}(x_n)=y_n", "f_theta*(x_n) = y_n")
    same(told_latex(sentence, tex.replace("R(theta*)=0", "R(theta*) = 0")), [away])
    given = claims["given"]
    if given:
        sentence = "The distance of theta* from the parameters given in the file is less than #."
        (limit,) = told(sentence, texts.pop(0))
        same(told_latex(sentence, prose(latex.pop(0))), [limit])
        row_holds(words.row["‖θ* − G‖"], limit)
        given = {**given, "distance": limit}
    without = names = ""
    if relations:
        several = len(relations) > 1
        places = ", ".join(str(relation["output"]) for relation in relations)
        names = f"output{'s' * several} {places}"
        sentence = (
            f"On all data the target of {names} is the affine combination of the other targets"
            " that the file names, and the same holds of the outputs of f_theta* on all inputs."
        )
        assert texts.pop(0) == sentence
        assert prose(latex.pop(0)).replace("f_{theta*}", "f_theta*") == sentence
        without = f"Without {names} and {'their' if several else 'its'} parameters: "
    sentence = (
        f"{without}{'the' if without else 'The'} Jacobian of the outputs on the data has the full"
        " rank # at theta*; near theta* the parameters that fit the data are a manifold of"
        " dimension #; and the Hessian of the risk at theta* has rank #, its eigenvalues other"
        " than 0 being above #."
    )
    rank, dimension, again, eigenvalue = told(sentence, texts.pop(0))
    same(told_latex(sentence, prose(latex.pop(0))), [rank, dimension, again, eigenvalue])
    assert texts == latex == []
    outputs = known["network"]["layers"][-1]["units"] - len(relations)
    sizes = [known["network"]["inputs"], *(x["units"] for x in known["network"]["layers"])]
    sizes[-1] = outputs
    free = sum(
        above * (below + layer["bias"])
        for below, above, layer in zip(
            sizes[:-1], sizes[1:], known["network"]["layers"], strict=True
        )
    )
    assert int(rank) == int(again) == len(known["inputs"]) * outputs
    assert int(dimension) == free - int(rank)
    (of_headline,) = told(
        f", where the Hessian{f' without {names}' * bool(names)} has rank #",
        words.headline.replace("data,", "data ,"),
    )
    assert words.headline.startswith("global minimum of the risk of a network with ")
    assert ": an exact fit of " in words.headline
    row = words.row
    assert of_headline == rank == row["rank"].printed() and dimension == row["dimension"].printed()
    assert row["R(θ*)"].printed() == "0"
    row_holds(row["‖θ* − C‖"], away)
    row_holds(row["λ₊(θ*)"], eigenvalue)
    sentence = (
        "parameters with the risk 0, a global minimum, within # of the centre; there"
        f"{f', without {names},' * bool(names)} the Jacobian has full rank, the eigenvalues of the"
        " Hessian but for 0 are above #"
    )
    same(by_second(document, words, sentence), [away, eigenvalue])
    end = f" at θ*{f', without {names}' * bool(names)}"
    assert row["rank"].meaning == f"of the Hessian{end}"
    assert row["λ₊(θ*)"].meaning == f"smallest eigenvalue above 0 of the Hessian{end}"
    true(document, distance=away, eigenvalue=eigenvalue, given=given)


def saddle(document, words):
    """Theorem 24."""
    statement = document["statement"]
    problem(document, words)
    norms(words)
    inside, on = sides(statement, words)
    claims, texts, latex = statement["claims"], *items(words)
    by = ", up to adding the same to all outputs," if statement["modulo"]["shift"] else ""
    index, *risk = told(
        "saddle of index # @", re.sub(rf"{by} of the risk .*? risk in ", " ", words.headline)
    )
    sentence = (
        f"Among the theta{inside} that differ from C by at most # in each parameter, exactly one,"
        " theta*, is a critical point of R."
    )
    (radius,) = told(sentence, texts.pop(0))
    same(told_latex(sentence, prose(latex.pop(0))), [radius])
    many = f"negative eigenvalue{'s' * (index != '1')}"
    sentence = (
        f"The Hessian of R{on} at theta* has exactly # {many}, # positive and none that is 0:"
        " theta* is a saddle."
    )
    negative, positive = told(sentence, texts.pop(0))
    same(told_latex(sentence, prose(latex.pop(0))), [negative, positive])
    assert negative == index == words.row["index"].printed()
    with mp.workdps(20):
        model = Model(statement["problem"])
        basis = model.slice(statement["modulo"], flat(statement["centre"]))
    assert int(negative) + int(positive) == basis.cols
    assert words.row["index"].meaning == (
        f"negative eigenvalues of the Hessian{on} at θ*; the other {positive} are positive"
    )
    assert told("R(theta*) lies in @.", texts.pop(0)) == risk
    same(told_latex("The risk is\n\\[ R(\\theta^\\ast)\\in@. \\]", latex.pop(0)), risk)
    row_holds(words.row["R(θ*)"], *risk)
    row_holds(words.row["max |θ*ᵢ − Cᵢ|"], radius)
    sentence = (
        f"exactly one critical point{sliced(statement)} within # of the centre in each parameter,"
        f" a saddle with # {many}; # < risk < #"
    )
    same(by_second(document, words, sentence), [radius, index, *risk])
    changed = {}
    if claims["given"]:
        changed = distance(statement, texts.pop(0), latex.pop(0), words.row["‖θ* − G‖"])
    assert texts == latex == []
    true(document, index=int(negative), radius=radius, risk=risk, **changed)


def noncritical(document, words):
    """Theorem 25."""
    problem(document, words)
    norms(words, "the parameters")
    texts, latex = items(words)
    sentence = (
        "R is differentiable at all theta with |theta - C| <= #, and there |grad R(theta)| > #."
    )
    radius, least = told(sentence, texts.pop(0))
    tex = prose(latex.pop(0)).replace(r"\operatorname{grad}R(theta)|>", "grad R(theta)| > ")
    same(told_latex(sentence, tex), [radius, least])
    conclusion = "So none of these theta is a critical point of R."
    assert texts == [conclusion] and [*map(prose, latex)] == [conclusion]
    begin, end = words.headline.split(" of the given parameters of a network with ")
    same(told("no critical point of the risk within #", begin), [radius])
    same(told("norm of the gradient above #", end), [least])
    row_holds(words.row["‖grad R(θ)‖"], least)
    assert words.row["‖grad R(θ)‖"].meaning == "for every θ within r of C"
    row_holds(words.row["r"], radius)
    sentence = "|grad R| > # within # of the parameters: no critical point there"
    same(by_second(document, words, sentence), [least, radius])
    true(document, radius=radius, gradient=least)


def kinks(document, words):
    """Theorem 26."""
    statement = document["statement"]
    problem(document, words)
    norms(words)
    inside, on = sides(statement, words)
    claims, texts, latex = statement["claims"], *items(words)
    many = len(statement["kinks"])
    pairs = f"# pair{'s' * (many != 1)} of a datum and a hidden unit"
    kind = f"{'spurious ' * (claims['better'] is not None)}strict local minimum"
    by = " up to adding the same to all outputs," if statement["modulo"]["shift"] else ""
    (count,) = told(f"on a kink for {pairs}, of the risk of a network with", words.headline)
    assert words.headline.startswith(f"{kind},{by} on a kink for ")
    risk = told("risk in @", words.headline)
    sentence = (
        f"There is a theta*{inside} that differs from C by at most # in each parameter, and that"
        f" is exactly on a kink for {pairs}, named in the file, in which the unit applies its"
        " activation to 0. There R is not differentiable."
    )
    location, pairs_said = told(sentence, texts.pop(0))
    same(told_latex(sentence, prose(latex.pop(0))), [location, pairs_said])
    assert count == pairs_said == words.row["kinks"].printed() == str(many)
    sentence = (
        "R(theta) >= R(theta*) + 1/2 m |theta - theta*|^2 with m = # for all"
        f" theta{inside} with |theta - theta*| <= #: theta* is a strict local minimum of R{on}."
        f"{consequence(statement['modulo'], inside)}"
    )
    growth, radius = told(sentence, re.sub(r"\s+", " ", texts.pop(0)))
    tex = prose(latex.pop(0)).replace("\\ge R", " >= R").replace("+\\tfrac12 m|", " + 1/2 m |")
    tex = tex.replace("theta -theta*", "theta - theta*").replace("m=", "m = ")
    same(told_latex(sentence, tex), [growth, radius])
    assert told("R(theta*) lies in @.", texts.pop(0)) == risk
    same(told_latex("The risk is\n\\[ R(\\theta^\\ast)\\in@. \\]", latex.pop(0)), risk)
    row = words.row
    row_holds(row["R(θ*)"], *risk)
    row_holds(row["m"], growth)
    row_holds(row["r"], radius)
    row_holds(row["max |θ*ᵢ − Cᵢ|"], location)
    sentence = (
        f"a strict local minimum{sliced(statement)}, on # kink{'s' * (many > 1)}, within # of the"
        " centre in each parameter; # < risk < #; risk(theta) - risk >= #/2 |theta - theta*|^2 for"
        " |theta - theta*| <= #"
    )
    found = by_second(document, words, sentence)
    same(found, [many, location, *risk, growth, radius])
    assert row["m"].meaning == f"R(θ) ≥ R(θ*) + m/2 ‖θ − θ*‖² for every θ{inside} within r of θ*"
    changed = {}
    if claims["given"]:
        changed = distance(statement, texts.pop(0), latex.pop(0), row["‖θ* − G‖"])
    spurious(claims, words, texts, latex)
    assert texts == latex == []
    true(document, location=location, growth=growth, radius=radius, risk=risk, **changed)


TANH, OFF = f"{CORPUS}tanh.json", f"{DATA}strict-minimum-off.json"
SOFTMAX, SLOPES = f"{CORPUS}softmax.json", f"{CORPUS}rescaling.json"
COLUMNS = f"{CORPUS}softmax-columns.json"
FIT, KINK = f"{DATA}exact-fit.json", f"{DATA}kink-minimum.json"
SADDLE, NONE = f"{DATA}trained-saddle.json", f"{DATA}no-critical-point.json"
CASES = [
    *(
        (minimum, name)
        for name in (
            TANH,
            OFF,
            SOFTMAX,
            SLOPES,
            COLUMNS,
            f"{CORPUS}binary.json",
            f"{CORPUS}off.json",
            f"{CORPUS}softmax-weights.json",
            f"{CORPUS}softmax-decay.json",
            f"{CORPUS}deep.json",
        )
    ),
    (exact_fit, FIT),
    (exact_fit, f"{CORPUS}fit.json"),
    (exact_fit, f"{CORPUS}fit-relations.json"),
    (saddle, SADDLE),
    (saddle, f"{CORPUS}saddle-b.json"),
    (noncritical, NONE),
    (noncritical, f"{CORPUS}noncritical.json"),
    (kinks, KINK),
    (kinks, f"{CORPUS}kinks-binary.json"),
    (kinks, f"{CORPUS}kinks-softmax.json"),
    (kinks, f"{CORPUS}kinks-leaky.json"),
]


@pytest.mark.parametrize(
    ("examine", "name"), CASES, ids=[f"{e.__name__}-{n.split('/')[-1][:-5]}" for e, n in CASES]
)
def test_what_is_said_of_trained_networks_is_true(examine, name):
    document = load(name)
    examine(document, said(document))


FALSE = [
    # the problem
    (minimum, TANH, "theorem", "R(theta) = 1/", "R(theta) = 2/"),
    (minimum, TANH, "theorem", "1/2 |f - y|^2", "|f - y|^2"),
    (minimum, TANH, "theorem", "h(t) = tanh(t) in layer 1", "h(t) = t in layer 1"),
    (minimum, TANH, "theorem", "biases in all layers", "no biases"),
    (minimum, TANH, "theorem", "be the inputs in the file,", "be inputs,"),
    (minimum, SOFTMAX, "theorem", "count the outputs from 0", "count the outputs from 1"),
    (minimum, SOFTMAX, "theorem", "log sum_u exp(f_u) - f_y", "log sum_u exp(f_u) + f_y"),
    (minimum, OFF, "theorem", "d_k = 1/25, e_k = 0", "d_k = 1/25, e_k = 1/25"),
    (minimum, OFF, "theorem", "in layers 1 and 2.\nLet C", "in layer 1.\nLet C"),
    (minimum, OFF, "theorem", "one hidden layer of 2 units", "one hidden layer of 3 units"),
    (minimum, OFF, "headline", "one hidden layer of 3 units", "one hidden layer of 2 units"),
    (minimum, OFF, "latex", r"e_k=0$ in layers 1 and 2", r"e_k=0$ in layer 1"),
    (minimum, OFF, "latex", r"\sum_{n=1}^{9}", r"\sum_{n=1}^{10}"),
    (minimum, SLOPES, "theorem", "(0.1 * t) where t < 0", "(0.2 * t) where t < 0"),
    (minimum, SLOPES, "latex", "without decay", "with decay"),
    # a minimum
    (minimum, TANH, "headline", "strict local minimum", "spurious strict local minimum"),
    (minimum, TANH, "headline", "strict local minimum", "local minimum"),
    (minimum, TANH, "theorem", "Among the theta with", "Among the theta in S with"),
    (minimum, TANH, "theorem", "exactly one, theta*", "at least one, theta*"),
    (minimum, TANH, "theorem", "|theta* - C| < 1e-25", "|theta* - C| < 1e-26"),
    (minimum, TANH, "theorem", "The smallest eigenvalue", "The largest eigenvalue"),
    (minimum, TANH, "latex", r"\lambda_{\min}\in[", r"\lambda_{\max}\in["),
    (minimum, TANH, "rows", "only critical point within", "only minimum within"),
    (minimum, SOFTMAX, "headline", ", up to adding the same to all outputs,", ""),
    (minimum, SOFTMAX, "theorem", "is a critical point of R", "is a zero of R"),
    (minimum, SOFTMAX, "theorem", "minimum of R on S:", "minimum of R:"),
    (minimum, SOFTMAX, "theorem", "to all biases of the last", "to all weights of the last"),
    (minimum, SOFTMAX, "theorem", "only the points that these additions make", "no points"),
    (minimum, COLUMNS, "theorem", " or to all weights of the last layer that act on the same", ""),
    (minimum, COLUMNS, "latex", "each sum of such parameters", "the sum of all parameters"),
    (minimum, SLOPES, "headline", ", up to rescaling hidden units,", ""),
    (minimum, SLOPES, "theorem", "by a number\nabove 0", "by a number"),
    (minimum, SLOPES, "latex", "one outgoing weight", "one incoming weight"),
    (minimum, OFF, "headline", "spurious local", "spurious strict local"),
    (minimum, OFF, "headline", ", 1 of its units switched off", ""),
    (minimum, OFF, "theorem", "with the bias 1.5", "with the bias 0.5"),
    (minimum, OFF, "theorem", "as number 3", "as number 2"),
    (minimum, OFF, "theorem", "It is not strict: this bias is free.", "It is strict."),
    (minimum, OFF, "theorem", "in [0.0311, 0.0318]", "in [0.0321, 0.0328]"),
    (minimum, OFF, "theorem", "and 0.0121 times", "and 0.0119 times"),
    (minimum, OFF, "latex", r"\theta^\ast$ is spurious", r"\theta^\ast$ is global"),
    (minimum, OFF, "second", "that is not strict", "that is strict"),
    (minimum, OFF, "second", "with 1 more unit", "with 2 more units"),
    (minimum, TANH, "second", "the only critical point", "the only minimum"),
    (minimum, SOFTMAX, "second", " on the slice across shifts", ""),
    (minimum, SLOPES, "second", "across rescaling", "across shifts"),
    # an exact fit
    (exact_fit, FIT, "headline", "has rank 10", "has rank 15"),
    (exact_fit, FIT, "headline", " without output 3", ""),
    (exact_fit, FIT, "theorem", "of dimension 17", "of dimension 23"),
    (exact_fit, FIT, "theorem", "Without output 3 and its parameters: the", "The"),
    (exact_fit, FIT, "theorem", "eigenvalues other than 0", "eigenvalues"),
    (exact_fit, FIT, "theorem", "output 3 is the affine", "output 2 is the affine"),
    (exact_fit, FIT, "latex", "for all $n$", "for some $n$"),
    (exact_fit, FIT, "rows", "without output 3", "without output 1"),
    (exact_fit, FIT, "second", "without output 3, the", "the"),
    # a saddle
    (saddle, SADDLE, "headline", "index 2", "index 1"),
    (saddle, SADDLE, "theorem", "7 positive", "6 positive"),
    (saddle, SADDLE, "theorem", "exactly one, theta*", "theta*"),
    (saddle, SADDLE, "latex", "in each parameter", "together"),
    (saddle, SADDLE, "rows", "the other 7 are positive", "the other 7 are 0"),
    (saddle, SADDLE, "second", "2 negative", "3 negative"),
    # no critical point
    (noncritical, NONE, "headline", "within 0.1", "within 1"),
    (noncritical, NONE, "theorem", "|grad R(theta)| > 0.02", "|grad R(theta)| > 0.2"),
    (noncritical, NONE, "theorem", "Let C be the parameters", "Let C be the centre"),
    (noncritical, NONE, "theorem", "their labels, 0 or 1", "their labels, -1 or 1"),
    (noncritical, NONE, "latex", "none of these", "not all of these"),
    (noncritical, NONE, "second", "> 0.02", "> 0.2"),
    # on kinks
    (kinks, KINK, "headline", "for 3 pairs", "for 2 pairs"),
    (kinks, KINK, "headline", "spurious strict", "strict"),
    (kinks, KINK, "theorem", "R is not differentiable", "R is differentiable"),
    (kinks, KINK, "theorem", "1/2 m |theta", "m |theta"),
    (kinks, KINK, "theorem", "with m = 1e-3", "with m = 1e-2"),
    (kinks, KINK, "latex", r"\le 10^{-4}$", r"\le 10^{-3}$"),
    (kinks, KINK, "rows", "within r of θ*", "within r of C"),
    (kinks, KINK, "second", "on 3 kinks", "on 2 kinks"),
    (kinks, KINK, "second", "/2 |theta", " |theta"),
]
# numbers made false in every text at once, so that only the oracle can find it
WRONG = [
    (minimum, TANH, "smallest", lambda ends: [str(2 * float(x)) for x in ends]),
    (minimum, TANH, "risk", lambda ends: [ends[1], str(float(ends[1]) * 1.001)]),
    (minimum, TANH, "convexity", lambda bound: str(3 * float(bound))),
    (minimum, SOFTMAX, "largest", lambda ends: [str(float(x) / 2) for x in ends]),
    (minimum, SLOPES, "location", lambda _: "1e-60"),
    (exact_fit, FIT, "eigenvalue", lambda bound: str(2 * float(bound))),
    (exact_fit, FIT, "distance", lambda _: "1e-40"),
    (saddle, SADDLE, "index", lambda index: index + 1),
    (saddle, SADDLE, "risk", lambda ends: [ends[1], str(float(ends[1]) * 1.001)]),
    (noncritical, NONE, "gradient", lambda _: "0.5"),
    (noncritical, NONE, "radius", lambda _: "50"),
    (kinks, KINK, "growth", lambda _: "1000"),
    (kinks, KINK, "location", lambda _: "1e-60"),
]


@pytest.mark.parametrize(("examine", "name", "part", "old", "new"), FALSE)
def test_a_false_sentence_of_trained_networks_is_found(examine, name, part, old, new):
    document = load(name)
    words = said(document)
    if part == "rows":
        assert any(old in row.meaning for row in words.rows), old
        changed = tuple(replace(row, meaning=row.meaning.replace(old, new)) for row in words.rows)
    else:
        assert old in getattr(words, part), old
        changed = getattr(words, part).replace(old, new)
    with pytest.raises((AssertionError, ValueError)):
        examine(document, replace(words, **{part: changed}))


@pytest.mark.parametrize(
    ("examine", "name", "claim", "change"),
    WRONG,
    ids=[f"{n.split('/')[-1][:-5]}-{c}" for _, n, c, _ in WRONG],
)
def test_a_false_number_of_trained_networks_is_found(examine, name, claim, change):
    document = load(name)
    claims = document["statement"]["claims"]
    claims[claim] = change(claims[claim])
    with pytest.raises(AssertionError):
        examine(document, said(document))
