"A training run that is killed goes on from its last checkpoint to the same losses, bit for bit."
import json, os, signal, subprocess, sys, time

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from vitron_nb.core import VitronError, WeightsError
from vitron_nb.engine import Stage, fit, load_weights, overfit, read_log, save_weights, share, weights_meta

STEPS = 120

class Level:
    "A curriculum's state."
    n = 0
    def state_dict(self): return dict(n=self.n)
    def load_state_dict(self, d): self.n = d["n"]

def make_stage(pause=0., **kw):
    "Dropout, batch norm, a curriculum: everything that a resumed run could get wrong."
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(.2), nn.Linear(16, 1))
    level = Level()
    def batch(step):
        x = torch.randn(16, 8)*(1+level.n)
        return dict(x=x, y=x[:, :1]*x[:, 1:2], step=step)
    def loss(m, b):
        time.sleep(pause)
        l = (m(b["x"])-b["y"]).square().mean()
        return l, dict(rmse=l.detach().sqrt(), level=level.n)
    def hook(step, metrics):
        if step%20 == 19 and metrics["loss"] > 0: level.n += 1
    return Stage("tiny", model, batch, loss, **{**dict(steps=STEPS, warmup=10, hook=hook, state=level), **kw})

FIT = dict(precision="fp32", device="cpu", log_every=10, save_every_s=0, progress=False)

def losses(out):
    "The log without its clocks."
    return [{k: v for k, v in r.items() if k not in ("items_s", "seconds")} for r in read_log(out/"tiny")]

def start(out):
    "A training run in a process of its own, slow enough to be caught."
    env = {**os.environ, "OMP_NUM_THREADS": str(torch.get_num_threads()),
           "PYTHONPATH": os.pathsep.join([os.path.dirname(__file__), *sys.path])}
    code = "import sys, test_resume as t; from pathlib import Path; t.fit(t.make_stage(.02), Path(sys.argv[1]), **t.FIT)"
    return subprocess.Popen([sys.executable, "-c", code, str(out)], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

def wait_for(child, out, lines, limit=600):
    "Until the log has that many lines."
    log, begun = out/"tiny"/"log.jsonl", time.time()
    while not log.exists() or len(log.read_text().splitlines()) < lines:
        assert child.poll() is None, child.communicate()[0]
        assert time.time()-begun < limit
        time.sleep(.005)

@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    "The log and the last checkpoint of a run that nobody disturbed."
    out = tmp_path_factory.mktemp("whole")
    fit(make_stage(), out, workers=0, **{**FIT, "save_every_s": 1e9})
    return losses(out), load_file(out/"tiny"/"last.safetensors")

def same(out, whole):
    log, tensors = whole
    assert losses(out) == log
    mine = load_file(out/"tiny"/"last.safetensors")
    assert mine.keys() == tensors.keys() and all(torch.equal(mine[k], v) for k, v in tensors.items())

def test_kill_9(tmp_path, whole):
    "Killed twice without warning, at no particular moment of a run that saves after every step."
    for lines in (2, 5):
        child = start(tmp_path)
        wait_for(child, tmp_path, lines)
        time.sleep(.003*lines)
        child.kill(); child.communicate()
        load_file(tmp_path/"tiny"/"last.safetensors")
    result = fit(make_stage(), tmp_path, **FIT)
    assert result["done"] and result["step"] == STEPS
    same(tmp_path, whole)
    assert not list((tmp_path/"tiny").glob(".*tmp"))

def test_sigterm_saves_and_stops(tmp_path, whole):
    child = start(tmp_path)
    wait_for(child, tmp_path, 2)
    child.send_signal(signal.SIGTERM)
    said = child.communicate(timeout=600)[0]
    assert child.returncode == 128+signal.SIGTERM, said
    assert "told to stop; saved at step" in said
    fit(make_stage(), tmp_path, **FIT)
    same(tmp_path, whole)

@pytest.mark.parametrize("workers", [0, 1, 2])
def test_stop_after_and_workers(tmp_path, whole, workers):
    "However many processes make the batches, and wherever it was stopped."
    for stop in (7, 64): assert not fit(make_stage(), tmp_path, workers=workers, stop_after=stop, **FIT)["done"]
    fit(make_stage(), tmp_path, workers=workers, **FIT)
    same(tmp_path, whole)

def test_done_is_not_done_again(tmp_path):
    first = fit(make_stage(), tmp_path, workers=0, **FIT)
    calls = []
    again = make_stage()
    again.loss = lambda m, b: calls.append(b)
    assert fit(again, tmp_path, workers=0, **FIT) == first and not calls

def test_other_recipe(tmp_path):
    fit(make_stage(), tmp_path, workers=0, stop_after=20, **FIT)
    with pytest.raises(VitronError, match="lr 0.001 there, 0.01 here.*anyway"): fit(make_stage(lr=.01), tmp_path, workers=0, **FIT)
    assert fit(make_stage(lr=.01), tmp_path, workers=0, resume="anyway", **FIT)["done"]

def test_not_finite(tmp_path):
    "The step is named and the checkpoint of the step before stays readable."
    stage = make_stage()
    plain = stage.loss
    stage.loss = lambda m, b: (plain(m, b)[0]*(float("nan") if b["step"] == 33 else 1), {})
    with pytest.raises(VitronError, match="'tiny'.*step 33 "): fit(stage, tmp_path, **FIT)
    state = load_file(tmp_path/"tiny"/"last.safetensors")
    assert all(v.isfinite().all() for v in state.values()) and state["adam.0.weight.step"] == 33

def test_failing_validation_costs_no_training(tmp_path, whole):
    def broken(m): raise RuntimeError("no")
    with pytest.raises(RuntimeError): fit(make_stage(validate=broken), tmp_path, **FIT)
    stage = make_stage(validate=lambda m: dict(training=m.training))
    stage.loss = None
    assert fit(stage, tmp_path, **FIT)["training"] == 0
    assert losses(tmp_path)[:-1] == whole[0]

def test_frozen_parts_stay(tmp_path):
    stage = make_stage()
    stage.model[0].requires_grad_(False); stage.model[1].requires_grad_(False)
    before = {k: v.clone() for k, v in stage.model.state_dict().items()}
    fit(stage, tmp_path, workers=0, **FIT)
    moved = [k for k, v in stage.model.state_dict().items() if not torch.equal(v, before[k])]
    assert moved == ["4.weight", "4.bias"]

def test_overfit_leaves_the_model(tmp_path):
    stage = make_stage(lr=.03)
    before = {k: v.clone() for k, v in stage.model.state_dict().items()}
    curve = overfit(stage, 80, precision="fp32", device="cpu")
    assert len(curve) == 80 and curve[-1] < curve[0]/2
    assert all(torch.equal(v, before[k]) for k, v in stage.model.state_dict().items())

def test_share():
    b = dict(x=torch.arange(6), names=list("abcdef"), scale=torch.tensor(2.), kind="k")
    parts = [share(b, r, 2) for r in range(2)]
    assert [p["x"].tolist() for p in parts] == [[0, 2, 4], [1, 3, 5]] and parts[1]["names"] == ["b", "d", "f"]
    assert all(p["scale"] == 2 and p["kind"] == "k" for p in parts)
    with pytest.raises(VitronError, match="batch of 6 cannot be shared by 7"): share(b, 0, 7)

class Tied(nn.Module):
    def __init__(self, d=4):
        super().__init__()
        self.embed, self.head = nn.Embedding(5, d), nn.Linear(d, 5, bias=False)
        self.head.weight = self.embed.weight

def test_weights_round_trip(tmp_path):
    m, path = Tied(), tmp_path/"deep"/"w.safetensors"
    save_weights(m, path, meta=dict(d=4))
    assert load_file(path)["embed.weight"].dtype == torch.float16 and len(load_file(path)) == 1
    other = Tied()
    assert load_weights(other, path) == weights_meta(path) == dict(d=4)
    assert other.head.weight is other.embed.weight and torch.equal(other.embed.weight, m.embed.weight.half().float())
    save_weights(m, path, fp16=False)
    load_weights(other, path)
    assert torch.equal(other.embed.weight, m.embed.weight)

def test_weights_out_of_half_range(tmp_path):
    m = nn.Linear(2, 2)
    with torch.no_grad(): m.weight.fill_(1e6)
    save_weights(m, tmp_path/"w"); load_weights(n := nn.Linear(2, 2), tmp_path/"w")
    assert torch.equal(m.weight, n.weight)
    with torch.no_grad(): m.weight[0, 0] = float("nan")
    with pytest.raises(WeightsError, match="Not finite: weight"): save_weights(m, tmp_path/"w")
    load_weights(n, tmp_path/"w")

@pytest.mark.parametrize("what", ["missing", "folder", "empty", "cut", "header", "pickle"])
def test_bad_files(tmp_path, what):
    path, m = tmp_path/"w.safetensors", nn.Linear(3, 4)
    save_weights(m, path)
    data = path.read_bytes()
    if what == "missing": path.unlink()
    if what == "folder": path = tmp_path
    if what == "empty": path.write_bytes(b"")
    if what == "cut": path.write_bytes(data[:-5])
    if what == "header": path.write_bytes(data[:20])
    if what == "pickle": torch.save(m.state_dict(), path)
    with pytest.raises(WeightsError, match="Accepted: a safetensors file"): load_weights(m, path)

def test_other_module(tmp_path):
    path = tmp_path/"w.safetensors"
    save_weights(nn.Linear(3, 4), path)
    for other, says in ((nn.Linear(3, 5), r"other shapes: bias \(4,\) for \(5,\)"), (nn.Linear(3, 4, bias=False), "has bias besides"),
                        (nn.Sequential(nn.Linear(3, 4)), "lacks 0.bias, 0.weight")):
        before = [p.clone() for p in other.parameters()]
        with pytest.raises(WeightsError, match=says): load_weights(other, path)
        assert all(torch.equal(p, q) for p, q in zip(before, other.parameters()))
