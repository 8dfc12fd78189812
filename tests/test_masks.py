"Masks as a user asks for them, and what is said where there can be none."
import numpy as np, pytest
from vitron_nb import Region, Vitron
from vitron_nb.core import RegionError, TaskError

PICTURE, CLIP, LATE = 'data_samples/red_circle_and_star.png', 'data_samples/red_circle_moves_right.mp4', 'data_samples/red_circle_appears.mp4'

@pytest.fixture(scope='module')
def v(): return Vitron.load()

def test_a_phrase_gives_its_mask(v):
    r = v('Segment the red circle.', image=PICTURE)
    assert r.masks.dtype == bool and r.masks.shape == (1, 128, 128) and r.masks[0, 66, 39] and not r.masks[0, 5, 5]
    assert r.invocation.module == 'Image Segmentation' and r.labels == ['red circle']

def test_masks_have_the_size_of_the_picture(v):
    from PIL import Image
    big = Image.open(PICTURE).resize((300, 200))
    assert v('Segment the red circle.', image=big).masks.shape == (1, 200, 300)

@pytest.mark.parametrize('region', [Region.point(39, 66), Region.box(23, 50, 55, 82), Region.scribble([(34, 60), (44, 70)]), Region.polygon([(24, 66), (39, 51), (54, 66), (39, 81)])], ids=lambda r: r.kind)
def test_every_mark(v, region):
    m = v('Segment this.', image=PICTURE, region=region).masks
    assert m.shape == (1, 128, 128) and m[0, 66, 39] and m.mean() < .2

def test_a_region_outside_or_empty_is_refused(v):
    for bad in (Region.point(500, 500), Region.box(300, 300, 320, 320), Region.mask(np.zeros((128, 128), bool)), Region.box(5, 5, 5, 40)):
        with pytest.raises(RegionError, match='Accepted'): v('Segment this.', image=PICTURE, region=bad)

def test_a_region_of_one_pixel_is_a_click(v):
    one = np.zeros((128, 128), bool); one[66, 39] = True
    assert v('Segment this.', image=PICTURE, region=Region.mask(one)).masks[0, 66, 39]

def test_a_stroke_over_two_objects_gives_one_mask(v):
    r = v('Segment this.', image='data_samples/three_circles.png', region=Region.scribble([(20, 60), (100, 60)]))
    assert r.masks is None and r.text or len(r.masks) == 1

def test_two_names_in_one_prompt_are_answered(v):
    r = v('Segment the red circle and the blue star.', image=PICTURE)
    assert r.text and (r.masks is None or r.masks.any())

def test_a_region_needs_a_picture(v):
    with pytest.raises(TaskError, match='Accepted'): v('Segment this.', region=Region.point(3, 3))

def test_segmenting_needs_a_picture(v):
    r = v('Segment the red circle.')
    assert r.masks is None and 'give me one' in r.text

def test_what_is_not_there_gets_no_mask(v):
    r = v('Segment the green heart.', image=PICTURE)
    assert r.masks is None and 'green heart' in r.text.lower()

def test_a_track_begins_where_the_object_appears(v):
    r = v('Track the red circle.', video=LATE)
    seen = r.masks[0].any((1, 2))
    assert r.masks.shape == (1, 16, 128, 128) and not seen[0] and seen[-1]

def test_a_track_of_what_never_appears(v):
    r = v('Track the green heart.', video=CLIP)
    assert r.masks is None and 'green heart' in r.text.lower()

def test_a_mark_on_a_late_frame_is_tracked_both_ways(v):
    r = v('Track this.', video=CLIP, region=Region.box(*v('Where is the red circle?', video=CLIP).boxes[0, 10], frame=10))
    assert r.masks[0].any((1, 2)).mean() > .8

def test_the_halves_of_a_message(v):
    for signals in ('hybrid', 'text', 'embedding'): assert v('Segment the red circle.', image=PICTURE, signals=signals).invocation is not None
    drawn = {signals: v('Make the red circle green.', image=PICTURE, signals=signals) for signals in ('hybrid', 'text', 'embedding')}
    assert all(r.image is not None for r in drawn.values())
    assert 'The signals said' in drawn['embedding'].text and 'The signals said' not in drawn['text'].text
    with pytest.raises(TaskError, match='hybrid, text, embedding'): v('Segment the red circle.', image=PICTURE, signals='both')

def test_the_ear_is_asked_where_words_make_no_sense_and_nowhere_else(v):
    from vitron_nb.core import Invocation
    from vitron_nb.vitron import Canvas
    run = lambda said, heard: v.specialists.run(v.model, v.tokens, Canvas(v.model, PICTURE), Invocation('Image Editing', said), None, None, heard)
    done, lost, babble = run('color: red circle', 'color: red circle -> green'), run('remove: purple ring', 'remove: star'), run('color: red circle', 'and and')
    assert done.image is not None and "said 'color: red circle -> green'" in done.text
    assert lost.empty and lost.text == 'I find no purple ring there.'          # and the star stays
    assert babble.empty and 'make sense' in babble.text
