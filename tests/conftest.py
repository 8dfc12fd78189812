from pathlib import Path
import pytest

@pytest.fixture(autouse=True)
def at_root(monkeypatch):
    "Tests run from the repository's root, wherever pytest was started."
    monkeypatch.chdir(Path(__file__).resolve().parent.parent)

@pytest.fixture
def samples(): return Path('data_samples')
