"Write README.md from nbs/index.ipynb; with --check only compare. Hidden cells (`#| hide`) are left out."
import json, re, sys
from pathlib import Path
from posixpath import normpath

root = Path(__file__).resolve().parent.parent
LINK = re.compile(r'(\]\(|src="|href=")(?![a-z]+:|[#/])([^)"\s]+)')          # links inside the repository

def text(cell):
    "A cell as markdown: code is fenced, and its printed output stands below it."
    src = ''.join(cell['source'])
    if '#| hide' in src: return ''
    if cell['cell_type'] == 'markdown': return LINK.sub(lambda m: m[1]+normpath('nbs/'+m[2]), src)
    code = '\n'.join(l for l in src.splitlines() if not l.startswith('#|'))
    outs = [o.get('text') or o.get('data', {}).get('text/plain', '') for o in cell['outputs']]
    code = code.replace("'../", "'")
    return f'```python\n{code.strip()}\n```' + ''.join(f"\n\n```\n{''.join(o).strip()}\n```" for o in outs if o)

cells = json.loads((root/'nbs/index.ipynb').read_text(encoding='utf-8'))['cells']
new = '<!-- written by tools/readme.py from nbs/index.ipynb -->\n\n' + '\n\n'.join(filter(None, map(text, cells))) + '\n'
readme = root/'README.md'
if '--check' not in sys.argv: readme.write_text(new, encoding='utf-8')
elif not readme.exists() or readme.read_text(encoding='utf-8') != new: sys.exit('README.md is not what nbs/index.ipynb says: run python tools/readme.py')
