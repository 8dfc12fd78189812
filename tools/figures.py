"Write the table of nbs/index.ipynb from what `vitron_nb evaluate` printed: `vitron_nb evaluate -n 200 > figures.txt; python tools/figures.py figures.txt`, then `python tools/readme.py`."
import json, re, sys
from pathlib import Path

ROWS = [                                              # label, task and metric as `evaluate` prints them
    ('questions about a picture', 'image questions', 'exact, all kinds'),
    ('caption, F1 of objects and backdrop', 'caption', 'F1'),
    ('region caption', 'region_caption', 'exact'),
    ('referring expression, box at IoU 0.5', 'refer', 'accuracy at IoU 0.5'),
    ('phrase grounding, F1', 'ground_all', 'F1 at IoU 0.5'),
    ('questions about a clip', 'video questions', 'exact, all kinds'),
    ('clip caption, F1', 'video_caption', 'F1'),
    ('video grounding, mean IoU', 'video_refer', 'mean IoU over frames'),
    ('temporal grounding, mean IoU', 'temporal', 'mean temporal IoU'),
    ('retrieval of 100 pictures by text, recall at 1', 'retrieval, pictures', 'recall at 1 of 100, text to media'),
    ('retrieval of 100 clips by text, recall at 1', 'retrieval, clips', 'recall at 1 of 100, text to media'),
    ('message: module and instruction', 'message: all modules', 'module and instruction right'),
    ('unknown word named', 'unknown_word', 'named, nothing claimed'),
    ('third reply of a conversation', 'conversation', 'last of 3 replies right')]
AIMS = {'region caption': '0.95', 'questions about a clip': '0.93'}      # aims that `evaluate` prints in the rows of single kinds, or not at all
LINE = re.compile(r'(.+?)\s{2,}(test|composition|heldout)\s+(.+?)\s{2,}([\d.]+)((?:\s+[\d.,]+)+)$')

found = {}
for line in Path(sys.argv[1]).read_text().splitlines():
    if m := LINE.match(line.rstrip()):
        task, split, metric, figure, rest = m.groups()
        rest = rest.split()
        found[task.strip(), split, metric] = f'{float(figure):.3f}', (f'{float(rest[0]):.2f}' if len(rest) == 3 else '')
table = ['| task | test | composition | held-out phrasings | aim |', '|---|---|---|---|---|']
for label, task, metric in ROWS:
    cells = [found[task, split, metric] for split in ('test', 'composition', 'heldout')]
    table.append(f"| {label} | {' | '.join(f for f, _ in cells)} | {cells[0][1] or AIMS.get(label, '')} |")

path = Path(__file__).resolve().parent.parent/'nbs/index.ipynb'
nb = json.loads(path.read_text(encoding='utf-8'))
cell = next(c for c in nb['cells'] if ''.join(c['source']).startswith('| task | test |'))
cell['source'] = '\n'.join(table).splitlines(True)
path.write_text(json.dumps(nb, indent=1, ensure_ascii=False, sort_keys=True)+'\n', encoding='utf-8')
