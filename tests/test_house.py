"The repository itself: the order of its notebooks, its samples, its versions."
import ast, importlib.util, json, re
from configparser import ConfigParser
from pathlib import Path
import numpy as np, pytest

NBS = sorted(p for p in Path(__file__).resolve().parent.parent.glob('nbs/*.ipynb') if p.name[0] not in '_.')
cells = lambda p: json.loads(p.read_text(encoding='utf-8'))['cells']
code = lambda p: [''.join(c['source']) for c in cells(p) if c['cell_type'] == 'code']
number = lambda p: p.stem.split('_')[0]      # 02 < 025 < 03 and 10 < 10a < 11, as text; the index comes last

def home():
    "Module -> the number of the notebook that exports it."
    found = ((re.search(r'^#\|\s*default_exp\s+(\S+)', src, re.M), p) for p in NBS for src in code(p))
    return {f'vitron_nb.{m[1]}': number(p) for m,p in found if m}

def imported(src):
    "The modules of ours that a cell imports when it runs; imports inside functions come later and are free."
    src = re.sub(r'^[%!].*$', '', src, flags=re.M)
    todo, out = [ast.parse(src)], []
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import): out += [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom): out += [node.module, *(f'{node.module}.{a.name}' for a in node.names)]
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)): todo += ast.iter_child_nodes(node)
    return [m for m in out if m and m.startswith('vitron_nb')]

@pytest.mark.parametrize('nb', NBS, ids=lambda p: p.stem)
def test_imports_go_to_lower_numbers(nb):
    homes = home()
    own = {m for m,n in homes.items() if n == number(nb)}
    assert [m for src in code(nb) for m in imported(src) if m in homes and m not in own and homes[m] > number(nb)] == []

@pytest.mark.parametrize('nb', NBS, ids=lambda p: p.stem)
def test_notebook_is_whole(nb):
    "Saved with outputs and a kernel, without errors or anybody's paths."
    d = json.loads(nb.read_text(encoding='utf-8'))
    outs = [o for c in d['cells'] if c['cell_type'] == 'code' for o in c['outputs']]
    said = [''.join(o.get('text') or o.get('data', {}).get('text/plain', '')) for o in outs] + [''.join(c['source']) for c in d['cells']]
    assert d['metadata']['kernelspec']['name'] == 'python3' and 'widgets' not in d['metadata']
    assert outs and not [o['ename'] for o in outs if o['output_type'] == 'error']
    assert [m for s in said for m in re.findall(r'/(?:work|root|home/\w+|tmp/\w+)/\S*|\S*site-packages\S*', s)] == []

@pytest.mark.parametrize('page', ['README.md', 'nbs/sidebar.yml'])
def test_every_notebook_is_listed(page):
    listed = set(re.findall(r'(\w+)\.ipynb', Path(page).read_text(encoding='utf-8')))
    assert listed | {'index'} == {p.stem for p in NBS}

def test_readme_links_lead_somewhere():
    links = re.findall(r'\]\(([^)#:]+)\)', Path('README.md').read_text(encoding='utf-8'))
    assert len(links) > 10 and [l for l in links if not Path(l).exists()] == []

def script(name):
    "A script of tools/ as a module."
    spec = importlib.util.spec_from_file_location(name, f'tools/{name}.py')
    m = importlib.util.module_from_spec(spec); spec.loader.exec_module(m)
    return m

def test_samples_are_what_the_labels_say(samples):
    from vitron_nb.media import load_image, load_video
    s = script('samples')
    assert json.loads((samples/'labels.json').read_text()) == json.loads(s.dumps(s.labels()))
    for name in s.FILES: assert np.array_equal(load_image(samples/f'{name}.png'), s.scene_of(name)[0].render())
    for name in s.CLIPS:
        clip, fps = load_video(samples/f'{name}.mp4')
        assert fps == 8 and np.abs(clip.astype(float)-s.scene_of(name)[0].clip()).mean() < 4

def test_tour_names_files_that_exist(samples):
    stops = json.loads((samples/'tour.json').read_text())
    assert all((samples/f).exists() for s in stops for f in [*filter(None, (s.get('image'), s.get('video'))), *s.get('rank', ())])

def test_every_requirement_is_pinned():
    c = ConfigParser(delimiters=['=']); c.read('settings.ini')
    pinned = dict(l.split('==') for l in Path('constraints.txt').read_text().split() if '==' in l)
    needed = [re.match(r'[\w.-]+', r)[0] for k in ('requirements', 'dev_requirements') for r in c['DEFAULT'][k].split()]
    assert [n for n in needed if n.lower().replace('_', '-') not in pinned] == []
    assert (pinned['torch'], pinned['torchvision']) == ('2.12.1', '0.27.1')
