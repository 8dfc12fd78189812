"Draw data_samples/ again: pictures and clips of Pixel Park, each by its split and number, and labels.json with what is in them."
import json
from pathlib import Path
import numpy as np
from vitron_nb.media import save_image, save_video
from vitron_nb.world import FPS, FRAMES, random_clip, random_scene, rng_for

root = Path(__file__).resolve().parent.parent/'data_samples'
FILES = dict(   # name: split, number in it
    red_circle_and_star=('test', 25405), two_red_circles=('test', 15541), circle_before_moon=('test', 12749),
    three_red_things=('test', 412), small_yellow_star=('test', 721), three_circles=('test', 2001),
    five_things=('test', 500), heart_on_road=('test', 3871), black_square_at_night=('test', 1111),
    triangles_and_rings=('test', 1556), blue_ring=('composition', 122), green_star=('composition', 98))
CLIPS = dict(
    red_circle_moves_right=('test', 5394), star_then_ring=('test', 13233), red_circle_appears=('test', 1326),
    star_moves_left=('test', 42), grow_and_spin=('test', 249), red_moon_rises=('composition', 7))

def box(b): return None if np.isnan(b[0]) else [int(v) for v in b]

def facts(scene, clip):
    "What is in a scene, in painting order; boxes are tight around the visible pixels."
    boxes = np.stack([scene.boxes(t) for t in range(FRAMES if clip else 1)], 1)
    out = []
    for th, bs in zip(scene.things, boxes):
        row = dict(size=th.size, color=th.color, shape=th.shape)
        if clip: row |= dict(motion=th.motion, frames=[th.appear, th.disappear-1], boxes=[box(b) for b in bs])
        else: row |= dict(box=box(bs[0]))
        out.append(row)
    return dict(above=scene.above, below=scene.below, horizon=scene.horizon, things=out)

def scene_of(name): # -> the scene, and whether it is a clip
    clip = name in CLIPS
    split, i = (CLIPS if clip else FILES)[name]
    return (random_clip if clip else random_scene)(rng_for(split, i), split), clip

def labels():
    "File name -> split, number and facts."
    out = {}
    for name in (*FILES, *CLIPS):
        scene, clip = scene_of(name)
        split, i = (CLIPS if clip else FILES)[name]
        out[f'{name}.{"mp4" if clip else "png"}'] = dict(split=split, number=i) | facts(scene, clip)
    return out

def dumps(d):
    "JSON with one thing a line."
    rows = []
    for name, f in d.items():
        head = json.dumps({k: v for k, v in f.items() if k != 'things'})[:-1]
        rows.append(f'{json.dumps(name)}: {head}, "things": [\n  ' + ',\n  '.join(map(json.dumps, f['things'])) + ']}')
    return '{\n' + ',\n'.join(rows) + '\n}\n'

if __name__ == '__main__':
    for name in FILES: save_image(scene_of(name)[0].render(), root/f'{name}.png')
    for name in CLIPS: save_video(scene_of(name)[0].clip(), root/f'{name}.mp4', FPS)
    (root/'labels.json').write_text(dumps(labels()), encoding='utf-8')
