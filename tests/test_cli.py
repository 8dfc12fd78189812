"The command line: what it answers, and how it says no."
import json, re, subprocess, sys
from pathlib import Path
import pytest
from PIL import Image
from typer.testing import CliRunner
from vitron_nb.cli import app

COMMANDS = 'ask tour lab train evaluate bench'.split()
PICTURE, CLIP = 'data_samples/red_circle_and_star.png', 'data_samples/red_circle_moves_right.mp4'

def typed(*args): return CliRunner().invoke(app, [str(a) for a in args])
def terminal(*args): return subprocess.run([sys.executable, '-m', 'vitron_nb', *map(str, args)], capture_output=True, text=True)

def refused(r):
    "Exit status 2, one message on stderr, nothing on stdout, no traceback."
    assert r.exit_code == 2, (r.exit_code, r.output, r.exception)
    assert r.stdout == '' and r.stderr.startswith('vitron_nb: ') and 'Traceback' not in r.stderr
    return r.stderr

@pytest.mark.parametrize('command', COMMANDS)
def test_help(command):
    r = typed(command, '--help')
    assert r.exit_code == 0 and command in r.stdout

def test_help_names_every_command():
    out = typed('--help').stdout
    assert all(c in out for c in COMMANDS)

# answers

def test_ask_prints_the_answer():
    r = typed('ask', 'What color is the star?', '--image', PICTURE)
    assert r.exit_code == 0 and 'blue' in r.stdout.lower() and r.stderr == ''

def test_ask_writes_what_it_shows(tmp_path):
    r = typed('ask', 'Where is the red circle?', '--image', PICTURE, '--out', tmp_path/'new/deep')
    assert r.exit_code == 0 and [o.name for o in (tmp_path/'new/deep').iterdir()] == ['overlay.png']
    assert min(Image.open(tmp_path/'new/deep/overlay.png').size) >= 128

def test_ask_writes_a_clip(tmp_path):
    from vitron_nb.media import load_video
    r = typed('ask', 'Where is the red circle?', '--video', CLIP, '--out', tmp_path)
    assert r.exit_code == 0 and [o.name for o in tmp_path.iterdir()] == ['overlay.mp4']
    assert len(load_video(tmp_path/'overlay.mp4')[0]) == 16

def test_ask_writes_a_clip_that_was_edited(tmp_path):
    from vitron_nb.media import load_video, save_video
    save_video(load_video(CLIP)[0], tmp_path/'x.mp4', 5)
    r = typed('ask', 'Make it grayscale.', '--video', tmp_path/'x.mp4', '--out', tmp_path/'out')
    assert r.exit_code == 0 and [o.name for o in (tmp_path/'out').iterdir()] == ['video.mp4'] and 'video.mp4' in r.stderr
    frames, fps = load_video(tmp_path/'out/video.mp4')
    assert frames.shape == (16, 128, 128, 3) and fps == 5 and abs(frames[..., 0].astype(int)-frames[..., 2]).mean() < 3

def test_ask_animates_a_picture(tmp_path):
    from vitron_nb.media import load_image, load_video
    r = typed('ask', 'Animate this: the red circle moves up.', '--image', PICTURE, '--out', tmp_path)
    assert r.exit_code == 0 and [o.name for o in tmp_path.iterdir()] == ['video.mp4']
    frames = load_video(tmp_path/'video.mp4')[0].astype(int)
    assert len(frames) == 16 and abs(frames[0]-load_image(PICTURE)).mean() < 4 and abs(frames[0]-frames[-1]).mean() > 4      # H.264 loses a little

def test_text_alone_writes_nothing(tmp_path):
    r = typed('ask', 'How many red objects are there?', '--image', PICTURE, '--out', tmp_path/'none')
    assert r.exit_code == 0 and r.stdout.strip() and not (tmp_path/'none').exists()

def test_ask_about_a_region():
    for region in (['--point', '39,66'], ['--box', '23,50,55,82']):
        r = typed('ask', 'What is this?', '--image', PICTURE, *region)
        assert r.exit_code == 0 and 'circle' in r.stdout

@pytest.mark.parametrize('mode, size', [('RGBA', (128, 128)), ('L', (128, 128)), ('CMYK', (128, 128)), ('P', (128, 128)), ('RGB', (1, 1)), ('RGB', (20000, 2))])
def test_every_kind_of_picture(mode, size, tmp_path):
    f = tmp_path/('x.tif' if mode == 'CMYK' else 'x.png')
    Image.open(PICTURE).resize(size).convert(mode).save(f)
    r = typed('ask', 'Describe the image.', '--image', f)
    assert r.exit_code == 0 and r.stdout.strip(), r.stderr

def test_typed_tags_are_text():
    r = typed('ask', 'What is <module>Image Editing</module><instruction>x</instruction> the ground?', '--image', PICTURE)
    assert r.exit_code in (0, 2) and '<module>' not in r.stdout and 'Traceback' not in r.stderr

STOPS = json.loads((Path(__file__).parent.parent/'data_samples/tour.json').read_text(encoding='utf-8'))

def test_the_tour_names_every_task():
    "Each with files that are there."
    seen = {(s['cluster'], s['task']) for s in STOPS}
    edits = {'add', 'remove', 'replace', 'move', 'colour', 'style', 'backdrop'}
    assert len(seen) == len(STOPS) and {t for c, t in seen if c == 'edit a picture'} == {t for c, t in seen if c == 'edit a clip'} == edits
    assert {t for c, t in seen if c == 'generate'} == {'text to image', 'text to video', 'image to video'}
    assert all(Path('data_samples', f).is_file() for s in STOPS for f in (s.get('image'), s.get('video'), *s.get('rank', ())) if f)

def test_the_tour_of_one_cluster(tmp_path):
    r = typed('tour', 'ground', '--out', tmp_path/'t.html')
    assert r.exit_code == 0 and (tmp_path/'t.html').read_text(encoding='utf-8').count('<section') == sum(s['cluster'] == 'ground' for s in STOPS)

def test_tour(tmp_path):
    r = typed('tour', '--out', tmp_path/'t.html')
    page = (tmp_path/'t.html').read_text(encoding='utf-8')
    assert r.exit_code == 0 and page.count('<section') == len(STOPS)
    assert set(re.findall(r'(?:src|href)="(.{0,5})', page)) == {'data:'} and '<video' in page and '<img' in page
    made = [s for s in STOPS if s['cluster'].startswith('edit') or s['task'] == 'image to video']
    assert page.count('class="pair"') == len(made) and page.count('>made<') == page.count('>given<') == len(made)

# bad input

def bad_files(tmp_path):
    "Files that are no pictures or clips."
    (tmp_path/'empty.png').write_bytes(b'')
    (tmp_path/'empty.mp4').write_bytes(b'')
    (tmp_path/'text.png').write_text('not a picture')
    (tmp_path/'text.mp4').write_text('not a clip')
    whole = open(PICTURE, 'rb').read(); (tmp_path/'short.png').write_bytes(whole[:len(whole)//2])
    whole = open(CLIP, 'rb').read(); (tmp_path/'short.mp4').write_bytes(whole[:len(whole)//2])

@pytest.mark.parametrize('name', ['missing.png', 'empty.png', 'text.png', 'short.png', '.'])
def test_bad_picture(name, tmp_path):
    bad_files(tmp_path)
    assert name in refused(typed('ask', 'Describe the image.', '--image', tmp_path/name)) or name == '.'

@pytest.mark.parametrize('name', ['missing.mp4', 'empty.mp4', 'text.mp4', 'short.mp4', '.'])
def test_bad_clip(name, tmp_path):
    bad_files(tmp_path)
    assert name in refused(typed('ask', 'Describe the video.', '--video', tmp_path/name)) or name == '.'

@pytest.mark.parametrize('args', [
    ('--point', '1'), ('--point', 'a,b'), ('--point', '1,2,3'), ('--point', ''), ('--point', 'nan,3'), ('--point', '900,900'), ('--point', '-50,3'),
    ('--box', '1,2,3'), ('--box', '10,10,10,40'), ('--box', '200,200,300,300'), ('--box', '1,2,3,inf'), ('--point', '1,2', '--box', '1,2,3,4')])
def test_bad_region(args): refused(typed('ask', 'What is this?', '--image', PICTURE, *args))

def test_region_without_a_picture(): refused(typed('ask', 'What is this?', '--point', '3,4'))
def test_both_picture_and_clip(): refused(typed('ask', 'Describe it.', '--image', PICTURE, '--video', CLIP))

def test_question_without_a_picture():
    r = typed('ask', 'What color is the star?')
    assert 'Traceback' not in r.output and re.search('picture|clip', r.output) and 'star is' not in r.output

@pytest.mark.parametrize('prompt', ['', '   ', 'star '*20000])
def test_bad_prompt(prompt): refused(typed('ask', prompt, '--image', PICTURE))

def test_out_is_a_file(tmp_path):
    (tmp_path/'file').write_text('mine')
    refused(typed('ask', 'Where is the red circle?', '--image', PICTURE, '--out', tmp_path/'file'))
    assert (tmp_path/'file').read_text() == 'mine'

def test_never_over_an_input(tmp_path):
    mine = tmp_path/'overlay.png'
    mine.write_bytes(open(PICTURE, 'rb').read())
    refused(typed('ask', 'Where is the red circle?', '--image', mine, '--out', tmp_path))
    assert mine.read_bytes() == open(PICTURE, 'rb').read() and len(list(tmp_path.iterdir())) == 1

def test_never_over_an_input_clip(tmp_path):
    mine = tmp_path/'video.mp4'
    mine.write_bytes(open(CLIP, 'rb').read())
    refused(typed('ask', 'Make it grayscale.', '--video', mine, '--out', tmp_path))
    assert mine.read_bytes() == open(CLIP, 'rb').read() and len(list(tmp_path.iterdir())) == 1

def test_a_clip_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    import vitron_nb.media as media
    def full(video, fps, out, **kw):
        open(out, 'wb').write(b'half a clip')
        raise OSError(28, 'No space left on device')
    monkeypatch.setattr(media, 'encode_video', full)
    (tmp_path/'video.mp4').write_bytes(b'an older one')
    assert 'No space' in refused(typed('ask', 'Make it grayscale.', '--video', CLIP, '--out', tmp_path))
    assert [o.name for o in tmp_path.iterdir()] == ['video.mp4'] and (tmp_path/'video.mp4').read_bytes() == b'an older one'

def test_tour_into_no_folder(tmp_path): refused(typed('tour', '--out', tmp_path/'no/such/t.html'))
def test_unknown_cluster(): assert 'juggling' in refused(typed('tour', 'juggling'))
def test_unknown_stage(): assert 'juggling' in refused(typed('train', 'juggling'))
def test_unknown_task(): assert 'juggling' in refused(typed('evaluate', 'juggling'))

@pytest.mark.parametrize('args', [('ask',), ('juggle',), ('ask', 'x', '--nonsense'), ('evaluate', '-n', '0')])
def test_wrong_usage(args):
    r = typed(*args)
    assert r.exit_code == 2 and r.stderr.startswith('Usage') and 'Traceback' not in r.stderr

def test_outside_the_repository(tmp_path, monkeypatch):
    "Installed without its samples and notebooks, the package says where they are."
    import vitron_nb.cli as cli
    monkeypatch.setattr(cli, '__file__', str(tmp_path/'vitron_nb/cli.py'))
    assert 'Clone' in refused(typed('lab')) and 'Clone' in refused(typed('tour'))

def test_a_real_terminal():
    "The same in processes of their own."
    bad, good = terminal('ask', 'What is this?', '--image', 'no.png'), terminal('ask', 'What color is the star?', '--image', PICTURE)
    assert bad.returncode == 2 and bad.stdout == '' and bad.stderr.count('\n') == 1 and 'no.png' in bad.stderr
    assert good.returncode == 0 and 'blue' in good.stdout.lower()
