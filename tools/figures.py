"""Write the tables of nbs/index.ipynb from what `vitron_nb evaluate` printed:
`vitron_nb evaluate -n 300 > replies.txt; vitron_nb evaluate --masks -n 100 > masks.txt; vitron_nb evaluate --pictures -n 20 > pictures.txt;
vitron_nb evaluate --clips -n 12 > clips.txt; python tools/figures.py replies.txt masks.txt pictures.txt clips.txt`, then `python tools/readme.py`."""
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

MASKS = [
    ('referring, cIoU', 'segment_refer', 'cIoU, hybrid'),
    ('referring, cIoU, text alone', 'segment_refer', 'cIoU, text'),
    ('referring, cIoU, signals alone', 'segment_refer', 'cIoU, embedding'),
    *((f'a {k}, mean IoU', 'segment_region', f'mean IoU, {k}') for k in ('point', 'box', 'scribble', 'polygon')),
    ('all of a kind, AP50', 'segment_every', 'AP50'),
    ('all of a kind, AP', 'segment_every', 'AP'),
    ('everything, semantic mIoU', 'segment_everything', 'mIoU'),
    ('everything, PQ', 'segment_everything', 'PQ'),
    ('tracking by phrase, J&F', 'track', 'J&F'),
    ('tracking by a box on one frame, J&F', 'track_region', 'J&F'),
    ('tracking through occlusion, J&F', 'occluded', 'J&F'),
    ('what is not there: said, no mask', 'absent', 'says so, no mask')]

PICTURES = [
    *((f'{k}: right in all', f'draw_{t}', 'right') for k, t in (('one thing', 'one'), ('two with a relation', 'two'), ('three things', 'three'))),
    ('two with a relation, text alone', 'draw_two', 'right, text'),
    ('two with a relation, signals alone', 'draw_two', 'right, embedding'),
    ('boxes obeyed, mean IoU', 'draw_boxes', 'box IoU'),
    *((f'{verb}: done, and the rest untouched', f'edit_{verb}', 'done, rest untouched') for verb in ('add', 'remove', 'replace', 'move', 'color', 'style', 'backdrop')),
    ('color, text alone', 'edit_color', 'done, rest untouched, text'),
    ('color, signals alone', 'edit_color', 'done, rest untouched, embedding')]

CLIPS = [
    ('text to video: objects right on 14 of 16 frames', 'film', 'objects'),
    ('text to video: motion right', 'film', 'motion'),
    ('image to video: first frame, dB (99: the same)', 'animate', 'first frame, dB'),
    ('image to video: motion right', 'animate', 'motion'),
    *((f'{verb} in a clip: done, and the rest untouched', f'vedit_{verb}', 'done, rest untouched') for verb in ('add', 'remove', 'replace', 'move', 'color', 'style', 'backdrop'))]

def read(file):
    "(task, split, metric) -> figure and aim, as printed."
    found = {}
    for line in Path(file).read_text().splitlines():
        if m := LINE.match(line.rstrip()):
            task, split, metric, figure, rest = m.groups()
            rest = rest.split()
            found[task.strip(), split, metric] = f'{float(figure):.3f}', (f'{float(rest[0]):.2f}' if len(rest) == 3 else '')
    return found

def table(found, rows, head, splits):
    "Rows of a markdown table; the aim is that of the test split."
    out = [f"| {head} | {' | '.join('held-out phrasings' if s == 'heldout' else s for s in splits)} | aim |", '|---'*(len(splits)+2)+'|']
    for label, task, metric in rows:
        cells = [found[task, s, metric] for s in splits]
        out.append(f"| {label} | {' | '.join(f for f, _ in cells)} | {cells[0][1] or AIMS.get(label, '')} |")
    return '\n'.join(out)

path = Path(__file__).resolve().parent.parent/'nbs/index.ipynb'
nb = json.loads(path.read_text(encoding='utf-8'))
for file, *how in ((sys.argv[1], ROWS, 'task', ('test', 'composition', 'heldout')), (sys.argv[2], MASKS, 'masks', ('test', 'composition')), (sys.argv[3], PICTURES, 'pictures', ('test', 'composition')), (sys.argv[4], CLIPS, 'clips', ('test', 'composition'))):
    cell = next(c for c in nb['cells'] if ''.join(c['source']).startswith(f'| {how[1]} | test |'))
    cell['source'] = table(read(file), *how).splitlines(True)
path.write_text(json.dumps(nb, indent=1, ensure_ascii=False, sort_keys=True)+'\n', encoding='utf-8')
