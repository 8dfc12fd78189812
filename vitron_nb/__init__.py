"VITRON, the unified pixel-level vision LLM, as a notebook-first library."
__version__ = "0.1.0"

_home = dict(Vitron='vitron', Chat='vitron', Region='core', Reply='core', VitronError='core')
__all__ = list(_home)

def __getattr__(name):
    "Import a public name when it is first used; `vitron_nb --help` needs none of them."
    if name not in _home: raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    from importlib import import_module
    return getattr(import_module(f'{__name__}.{_home[name]}'), name)

def __dir__(): return sorted([*globals(), *_home])
