"A fresh interpreter: what importing costs, and what it gives."
import subprocess, sys

def fresh(code): return subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True).stdout.strip()

def test_public_names():
    assert fresh('from vitron_nb import Vitron, Region, VitronError; print(Vitron.__module__, Region.__module__)') == 'vitron_nb.vitron vitron_nb.core'

def test_unknown_name_is_an_attribute_error():
    assert fresh('import vitron_nb; print(hasattr(vitron_nb, "Vitroon"), "Vitron" in dir(vitron_nb))') == 'False True'

def test_help_imports_nothing_heavy():
    assert fresh('import sys, vitron_nb.cli; print([m for m in ("torch", "numpy", "transformers", "PIL") if m in sys.modules])') == '[]'

def test_no_network():
    "Loading and asking open no socket to anywhere."
    code = '''
import socket
def refuse(*a, **k): raise AssertionError(f"connection asked for: {a}")
socket.socket.connect = socket.create_connection = refuse
from vitron_nb import Vitron
print(bool(Vitron.load()("What color is the star?", image="data_samples/red_circle_and_star.png").text))'''
    assert fresh(code) == 'True'

def test_the_library_needs_nothing_that_only_its_developers_have():
    "Every module, where the packages of `dev` alone are missing."
    code = '''
import pkgutil, sys, vitron_nb
for name in ("nbdev", "execnb", "fastcore", "ghapi", "pytest", "playwright"): sys.modules[name] = None
found = [m.name for m in pkgutil.walk_packages(vitron_nb.__path__, "vitron_nb.") if not m.name.endswith("__main__") and "_modidx" not in m.name]
for name in found: __import__(name)
print(len(found) > 40)'''
    assert fresh(code) == 'True'
