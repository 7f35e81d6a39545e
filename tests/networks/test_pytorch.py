"""Networks of PyTorch: modules, files, and the losses and weight decay of torch.optim."""

from __future__ import annotations

import numpy as np
import pytest

from certify.errors import UnusableInput
from certify.networks import convention_of, read_network, risk

torch = pytest.importorskip("torch")
nn, F = torch.nn, torch.nn.functional

UNITS = {
    "relu": nn.ReLU(),
    "tanh": nn.Tanh(),
    "sigmoid": nn.Sigmoid(),
    "softplus": nn.Softplus(),
    "gelu": nn.GELU(),
    "gelu-tanh": nn.GELU(approximate="tanh"),
    "selu": nn.SELU(),
    "silu": nn.SiLU(),
    "mish": nn.Mish(),
    "softsign": nn.Softsign(),
    "identity": nn.Identity(),
    "leaky:0.01": nn.LeakyReLU(),
    "leaky:0.2": nn.LeakyReLU(0.2),
    "elu:1": nn.ELU(),
    "elu:0.7": nn.ELU(alpha=0.7),
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)


def rows(number=20, inputs=3):
    return torch.randn(number, inputs, dtype=torch.float64)


@pytest.mark.parametrize("name", UNITS)
def test_modules(name):
    model = nn.Sequential(
        nn.Linear(3, 5), UNITS[name], nn.Sequential(nn.Linear(5, 4, bias=False), nn.Tanh()),
        nn.Linear(4, 2),
    ).double()  # fmt: skip
    network = read_network(model)
    assert [layer.activation.name for layer in network.layers] == [name, "tanh", "identity"]
    assert network.layers[1].bias is None
    x = rows()
    assert np.allclose(network.values(x.numpy()), model(x).detach().numpy(), rtol=1e-10, atol=1e-12)


class Forward(nn.Module):
    """Layers that are not registered in the order in which they are called."""

    def __init__(self, called=lambda self, x: self.out(torch.tanh(self.b(F.relu(self.a(x)))))):
        super().__init__()
        self.out, self.b, self.a = nn.Linear(5, 3), nn.Linear(5, 5), nn.Linear(3, 5)
        self.called = called

    def forward(self, x):
        return self.called(self, x)


@pytest.mark.parametrize(
    ("called", "told"),
    [
        (Forward().called, "5 relu units, 5 tanh units, 3 outputs"),
        (
            lambda self, x: torch.softmax(self.out(F.gelu(self.a(x.flatten(1)))), 1),
            "5 gelu units, 3 outputs (softmax)",
        ),
        (lambda self, x: self.out(F.leaky_relu(self.a(x), 0.3)), "5 leaky:0.3 units, 3 outputs"),
        (
            lambda self, x: torch.sin(self.out(F.elu(self.a(x), alpha=0.5))),
            "5 elu:0.5 units, 3 outputs (sin)",
        ),
    ],
)
def test_forward_in_python(called, told):
    model = Forward(called).double()
    network = read_network(model)
    assert network.as_read == f"3 inputs, {told}"
    x = rows()
    own = network.values(x.numpy())
    if network.softmax:
        own = np.exp(own) / np.exp(own).sum(1, keepdims=True)
    assert np.allclose(own, model(x).detach().numpy(), rtol=1e-10)


@pytest.mark.parametrize(
    ("called", "sentence"),
    [
        (lambda self, x: self.out(F.elu(self.a(x).relu())), "second activation behind one layer"),
        (lambda self, x: F.log_softmax(self.out(x), dim=1).exp(), "exp in the forward"),
        (lambda self, x: self.out(self.b(self.a(x)) + self.a(x)), "not a chain of layers"),
        (lambda self, x: self.out(self.b(self.b(self.a(x)))), "b of Forward is used twice"),
        (lambda self, x: self.out(self.a(x) * 2), "mul in the forward of Forward is not read"),
        (lambda self, x: F.softmax(self.out(self.a(x)), dim=0), "is not over the outputs"),
        (lambda self, x: self.out(self.a(x)) if x.sum() > 0 else x, "torch.fx cannot trace it"),
        (lambda self, x: (self.out(self.a(x)), x), "more than one output, or a branch"),
        (lambda self, x: F.dropout(self.a(x)), "dropout in the forward"),
    ],
)
def test_forwards_that_are_refused(called, sentence):
    with pytest.raises(UnusableInput, match=sentence):
        read_network(Forward(called))


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([nn.Linear(3, 4), nn.Dropout(0.1)], "1 of Sequential is a Dropout"),
        ([nn.Linear(3, 4), nn.BatchNorm1d(4)], "1 of Sequential is a BatchNorm1d"),
        ([nn.Linear(3, 4), nn.PReLU()], "1 of Sequential is a PReLU"),
        ([nn.Linear(3, 4), nn.Softplus(beta=2)], "1 of Sequential is a Softplus"),
        ([nn.Conv1d(1, 1, 1)], "0 of Sequential is a Conv1d"),
        ([nn.RNN(3, 4)], "not a chain|is a RNN"),
        ([nn.ReLU(), nn.Linear(3, 4)], "before the first nn.Linear"),
        ([nn.Linear(3, 4), nn.Softmax(dim=1), nn.Linear(4, 2)], "2 of Sequential stands behind"),
        ([], "no fully connected layer"),
    ],
)
def test_modules_that_are_refused(parts, sentence):
    with pytest.raises(UnusableInput, match=sentence):
        read_network(nn.Sequential(*parts))


def test_files():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 1))
    for name, saved in {
        "plain": model.state_dict(),
        "lightning": {"state_dict": model.state_dict(), "epoch": 3},
        "parallel": {f"module.{key}": value for key, value in model.state_dict().items()},
    }.items():
        torch.save(saved, f"{name}.pt")
        assert read_network(f"{name}.pt", activation="tanh") == read_network(model)
        with pytest.raises(UnusableInput, match="say --activation tanh"):
            read_network(f"{name}.pt")
    torch.save(model, "whole.pt")
    with pytest.raises(UnusableInput, match=r"save model.state_dict\(\)"):
        read_network("whole.pt", activation="tanh")
    # protocol 2, in the layout before torch 1.6
    torch.save(model.state_dict(), "old.pt", _use_new_zipfile_serialization=False)
    with pytest.raises(UnusableInput, match="is a pickle"):
        read_network("old.pt", activation="tanh")


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_every_float_is_exact(kind):
    model = nn.Sequential(nn.Linear(3, 2)).to(kind)
    read = read_network(model)
    assert read.layers[0].w.tolist() == model[0].weight.double().tolist()
    torch.save(model.state_dict(), "net.pt")
    assert read_network("net.pt") == read


def test_the_risk_is_the_loss_of_torch():
    """MSELoss is the mean of all squares: 2/(N K) of half the squares."""
    x = rows()
    model = nn.Sequential(nn.Linear(3, 5), nn.GELU(), nn.Linear(5, 4)).double()
    network, wanted = read_network(model), torch.randn(20, 4, dtype=torch.float64)
    with pytest.raises(UnusableInput, match="say --loss"):
        convention_of(network)
    penalty = sum((p**2).sum() for p in model.parameters()) * 0.01 / 2
    cases = [
        ("mse", nn.MSELoss(), wanted),
        ("cross-entropy", nn.CrossEntropyLoss(), torch.arange(20) % 4),
    ]
    for loss, theirs, y in cases:
        numbers = convention_of(network, loss=loss, decay="0.01", decay_on="all").at(network, 20)
        value = float((theirs(model(x), y) + penalty).detach())
        assert risk(network, x.numpy(), y.numpy(), numbers) == pytest.approx(value, rel=1e-12)
    model = nn.Sequential(nn.Linear(3, 5), nn.SiLU(), nn.Linear(5, 1)).double()
    labels = (torch.arange(20) % 2).double()
    value = float(nn.BCEWithLogitsLoss()(model(x)[:, 0], labels).detach())
    for ended in (model, nn.Sequential(*model, nn.Sigmoid())):
        network = read_network(ended)
        numbers = convention_of(network, loss="binary").at(network, 20)
        assert risk(network, x.numpy(), labels.numpy(), numbers) == pytest.approx(value, rel=1e-12)


def test_weight_decay_is_on_all_parameters():
    """A step of SGD is along the gradient of the risk with this decay."""
    model, x = nn.Sequential(nn.Linear(3, 2)).double(), rows()
    y = torch.randn(20, 2, dtype=torch.float64)
    before = read_network(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, weight_decay=0.5)
    nn.MSELoss()(model(x), y).backward()
    optimizer.step()
    step = (before.theta - read_network(model).theta) / 1e-3
    numbers = convention_of(before, loss="mse", decay="0.5", decay_on="all").at(before, 20)
    theta = before.theta
    for i in range(len(theta)):
        values = []
        for shift in (1e-5, -1e-5):
            moved = theta.copy()
            moved[i] += shift
            arrays = {"W1": moved[:6].reshape(2, 3), "b1": moved[6:]}
            values.append(risk(read_network(arrays), x.numpy(), y.numpy(), numbers))
        assert step[i] == pytest.approx((values[0] - values[1]) / 2e-5, rel=1e-6)
