"Clips that are made and edited: long and short, odd sizes and rates, what must stay as it was, and what is said where nothing can be made."
import numpy as np, pytest
from PIL import Image
from vitron_nb import Region, Vitron
from vitron_nb.core import TaskError
from vitron_nb.media import MediaWarning, load_video, save_video

CLIP, LATE = 'data_samples/red_circle_moves_right.mp4', 'data_samples/red_circle_appears.mp4'
PICTURE, RIM = 'data_samples/red_circle_and_star.png', 'data_samples/three_red_things.png'     # in RIM a red circle is 12 px from the right edge
GREEN = 'Make the red circle green.'

@pytest.fixture(scope='module')
def v(): return Vitron.load()

@pytest.fixture(scope='module')
def clip(): return load_video(CLIP)[0]

def resized(clip, w, h): return np.stack([np.asarray(Image.fromarray(f).resize((w, h))) for f in clip])

def same(a, b): return (a == b).all((1, 2, 3))     # frame by frame

def none_made(r): return r.video is None and r.image is None and r.masks is None and r.text.strip()

# how long, how large, how fast

def test_one_frame(v, clip):
    r = v(GREEN, video=clip[:1])
    x, y = 38, 68                                  # the circle's middle
    assert r.video.dtype == np.uint8 and r.video.shape == (1, 128, 128, 3)
    assert r.video[0, y, x, 1] > r.video[0, y, x, 0] and clip[0, y, x, 0] > clip[0, y, x, 1]

def test_a_thousand_frames(v, clip):
    long = np.tile(resized(clip, 32, 24), (63, 1, 1, 1))[:1000]
    with pytest.warns(MediaWarning, match='256 were read'): r = v('Make it a pencil drawing.', video=long)
    assert r.video.shape == (256, 24, 32, 3) and abs(len(r.video)/r._fps-1000/8) < .1     # as long as it was

@pytest.fixture(scope='module')
def forty(v, clip):
    "40 frames before and after a local edit; the circle goes 34 px to the right and stays there."
    before = np.concatenate([clip, np.repeat(clip[-1:], 24, 0)])
    return before, v(GREEN, video=before).video

def test_more_than_one_chunk(forty):
    before, after = forty
    middle = [(38+round(34*min(t, 15)/15), 68) for t in range(40)]
    colors = np.array([after[t, y-3:y+4, x-3:x+4].mean((0, 1)) for t, (x, y) in enumerate(middle)])
    assert after.shape == before.shape and (colors[:, 1] > colors[:, 0]+20).all()
    assert np.abs(np.diff(colors, axis=0)).max() < 12           # nor does the colour jump where chunks meet

def test_far_pixels_stay(forty):
    before, after = forty
    assert (after[:, :40] == before[:, :40]).all() and (after[:, :, 100:] == before[:, :, 100:]).all() and (after[:, 96:] == before[:, 96:]).all()

def test_odd_size(v, clip):
    before = resized(clip[:3], 203, 97)            # the circle has its middle at 60, 52
    kept = before.copy()
    r = v('Remove the red circle.', video=before)
    assert r.video.shape == (3, 97, 203, 3) and (before == kept).all()
    assert (r.video[:, 52, 60].astype(int)[:, 1] > before[:, 52, 60, 1].astype(int)+60).all()      # the dusk behind it: as red, and much greener
    assert (r.video[:, :, 150:] == before[:, :, 150:]).all()

@pytest.mark.parametrize('fps', [5, 29.97])
def test_the_rate_is_kept(v, clip, fps, tmp_path):
    save_video(resized(clip, 64, 48), tmp_path/'x.mp4', fps)
    chat = v.chat()
    first, second = chat('Make it sepia.', video=tmp_path/'x.mp4'), chat('Make it a negative.')
    assert first.video.shape == second.video.shape == (16, 48, 64, 3) and first._fps == second._fps == pytest.approx(fps, .001)
    save_video(second.video, tmp_path/'y.mp4', second._fps)
    assert load_video(tmp_path/'y.mp4')[1] == pytest.approx(fps, .001)

def test_the_rate_is_kept_where_nothing_is_made(v, clip, tmp_path):
    save_video(clip, tmp_path/'x.mp4', 5)
    assert v('Remove the green heart.', video=tmp_path/'x.mp4')._fps == 5

def test_the_same_seed_gives_the_same_clip(v, clip):
    a, b, c = (v(GREEN, video=clip[:2], seed=s).video for s in (3, 3, 4))
    assert (a == b).all() and (a != c).any()

# what stays

@pytest.fixture(scope='module')
def animated(v): return v('Animate this: the small red circle moves right.', image=RIM)

def test_out_of_the_picture(animated):
    before = np.asarray(Image.open(RIM).convert('RGB'))
    assert animated.video.shape == (16, 128, 128, 3) and 'leaves the picture' in animated.text
    assert (animated.video[0] == before).all()

def test_what_left_is_gone(animated):
    r, g, b = animated.video[-1, 90:112, 100:].astype(int).transpose(2, 0, 1)
    assert not ((r > 150) & (g < 90) & (b < 90)).any()

def test_animating_leaves_the_rest(animated):
    before = np.asarray(Image.open(RIM).convert('RGB'))
    assert (animated.video[:, :60] == before[:60]).all() and (animated.video[:, :, :60] == before[:, :60]).all()

def test_what_appears_later(v):
    before = load_video(LATE)[0]                   # the red circle is there from frame 9 on
    after = v(GREEN, video=LATE).video
    assert same(before[:9], after[:9]).all() and not same(before[9:], after[9:]).any()

def test_a_clip_that_was_made_is_the_next_canvas(v, clip):
    chat = v.chat()
    green = chat(GREEN, video=clip[:2]).video
    r = chat('Remove the star.')
    assert r.video is not None and (r.video[:, :80] == green[:, :80]).all() and (r.video != green).any()

def test_a_move_leaves_nothing_behind(v):
    before = load_video('data_samples/star_moves_left.mp4')[0]
    made, was = v('Move the orange star to the right.', video=before).video, v('Track the orange star.', video=before).masks[0]
    by = max(range(12, 60), key=lambda d: (made[:, :, d:] == before[:, :, :-d]).all(-1)[was[:, :, :-d]].mean())         # so many pixels it went
    moved = np.pad(before, ((0, 0), (0, 0), (by, 0), (0, 0)))[:, :, :128]
    feet = made[8:, 106:122].astype(int)[(was & (made != moved).any(-1))[8:, 106:122]]                                 # where it was and is no more
    assert len(feet) > 500 and not (feet[:, 0] > feet[:, 1]+20).any()

# what is said where nothing is made

def test_what_is_not_there(v, clip):
    r = v('Remove the green heart.', video=clip)
    assert none_made(r) and 'green heart' in r.text.lower()

def test_who_is_not_there_does_not_move(v):
    r = v('Animate this: the green heart moves up.', image=PICTURE)
    assert none_made(r) and 'green heart' in r.text.lower()

@pytest.mark.parametrize('region', [Region.box(0, 0, 128, 128), Region.mask(np.ones((128, 128), bool))], ids=['box', 'mask'])
def test_the_whole_frame_is_no_thing(v, clip, region):
    r = v('Remove this.', video=clip, region=region)
    assert none_made(r) and 'whole' in r.text

def test_the_backdrop_is_no_thing(v, clip):
    r = v('Remove this.', video=clip, region=Region.point(110, 15))
    assert none_made(r)

@pytest.mark.parametrize('prompt', ['Animate this: the red circle moves up.', GREEN, 'Remove the red circle.'])
def test_nothing_was_given(v, prompt):
    r = v(prompt)
    assert none_made(r) and any(w in r.text for w in ('picture', 'image', 'clip', 'video'))

def test_a_clip_is_not_animated(v, clip):
    r = v('Animate this: the red circle moves up.', video=clip)
    assert none_made(r) and 'picture' in r.text

@pytest.mark.parametrize('prompt', [GREEN, 'Generate a video of a red circle moving right on sand.'])
def test_a_negative_seed(v, clip, prompt):
    with pytest.raises(TaskError, match='seed'): v(prompt, video=clip, seed=-1)

def test_a_region_on_a_frame_that_is_not_there(v, clip):
    from vitron_nb.core import RegionError
    with pytest.raises(RegionError, match='frame'): v('Remove this.', video=clip, region=Region.point(38, 68, frame=16))
