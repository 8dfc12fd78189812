"The pad and the demos in a real JupyterLab, in a real browser: pointed at, drawn on, typed into, and looked at."
import ast, json, os, shutil, socket, subprocess, sys, time, urllib.request
from pathlib import Path
import pytest
from PIL import Image
from jupyter_client import BlockingKernelClient

playwright = pytest.importorskip('playwright.sync_api', reason='playwright is not installed: pip install playwright')
CHROMIUM = Path('/usr/bin/chromium')
if not CHROMIUM.exists(): pytest.skip(f'there is no {CHROMIUM}: apt-get install chromium', allow_module_level=True)

from vitron_nb.demos.marks import to_screen

FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
QUIET = ['--no-browser', '--allow-root', '--ServerApp.ip=127.0.0.1', '--IdentityProvider.token=', '--ServerApp.password=',
    '--LabApp.news_url=none', '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate']

def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]

@pytest.fixture(scope='module')
def server(tmp_path_factory):
    "A JupyterLab of its own on a copy of what the demos need: its address, and the folder of the notebooks."
    root, here = tmp_path_factory.mktemp('lab'), Path(__file__).resolve().parent.parent
    shutil.copytree(here/'data_samples', root/'data_samples')
    (root/'nbs').mkdir()
    url = f'http://127.0.0.1:{(port := free_port())}'
    env = {k:v for k,v in os.environ.items() if k != 'IN_TEST'} | dict(JUPYTER_RUNTIME_DIR=str(root/'runtime'))
    with open(root/'server.log', 'w') as log:
        p = subprocess.Popen([sys.executable, '-m', 'jupyterlab', *QUIET, f'--ServerApp.port={port}', f'--ServerApp.root_dir={root}'], stdout=log, stderr=log, env=env)
    try:
        for _ in range(60):
            try: urllib.request.urlopen(f'{url}/api').read(); break
            except OSError: time.sleep(.5)
        yield url, root/'nbs'
    finally:
        p.terminate()
        p.wait(20)

@pytest.fixture(scope='module')
def browser():
    with playwright.sync_playwright() as pw:
        b = pw.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield b
        b.close()

class Lab:
    "A notebook, open in the browser and run from top to bottom."
    def __init__(self, server, browser, nb):
        self.url, self.nbs = server
        self.broken, self.page = [], browser.new_page(viewport=dict(width=1280, height=1500))
        self.page.on('pageerror', lambda e: self.broken.append(str(e)))
        self.page.goto(f'{self.url}/lab/tree/nbs/{nb}?reset')
        self.page.wait_for_selector('.jp-Notebook .jp-Cell', timeout=60_000)
        self.page.wait_for_selector('text=/\\| Idle/', timeout=60_000)               # the kernel is there
        for item in ('Run', 'Run All Cells'): self.page.get_by_role('menuitem', name=item, exact=True).click()
        ran = """() => { const p = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(o => o.textContent);
            return p.some(o => /\\d/.test(o)) && !p.some(o => o.includes('*')); }"""
        self.page.wait_for_function(ran, timeout=120_000)
        f = max((self.nbs.parent/'runtime').glob('kernel-*.json'), key=lambda f: f.stat().st_mtime)
        self.kernel = BlockingKernelClient(connection_file=str(f))
        self.kernel.load_connection_file()
        self.kernel.start_channels()

    def ask(self, expression):
        "What the kernel says to an expression, once all the pad sent has arrived."
        self.page.wait_for_timeout(300)
        said = self.kernel.execute('', user_expressions=dict(x=expression), silent=True, reply=True, timeout=30)['content']['user_expressions']['x']
        assert said['status'] == 'ok', said
        return ast.literal_eval(said['data']['text/plain'])

    def close(self):
        self.kernel.stop_channels()
        self.page.close()
        assert not self.broken

@pytest.fixture
def lab(server, browser):
    "Opens a notebook: one of ours by its name, or one of the cells given."
    opened = []
    def open_lab(name='', *cells):
        if cells: (server[1]/name).write_text(json.dumps(notebook(*cells)))
        else: shutil.copy(Path('nbs')/name, server[1]/name)
        opened.append(Lab(server, browser, name))
        return opened[-1]
    yield open_lab
    for o in opened: o.close()

def notebook(*cells):
    cells = [dict(cell_type='code', id=f'c{i}', metadata={}, outputs=[], execution_count=None, source=s) for i,s in enumerate(cells)]
    return dict(cells=cells, metadata=dict(kernelspec=dict(name='python3', display_name='python3', language='python')), nbformat=4, nbformat_minor=5)

class Pointer:
    "A hand on a pad: all places in pixels of the picture."
    def __init__(self, lab, size=(128, 128), pad=None):
        self.page, self.size, self.pad = lab.page, size, pad or lab.page.locator('.pixelpad').first
        self.canvas = self.pad.locator('canvas')
        self.canvas.scroll_into_view_if_needed()
        self.page.wait_for_timeout(500)

    def screen(self, x, y):
        b = self.canvas.bounding_box()
        return to_screen(x, y, (b['x'], b['y'], b['width'], b['height']), self.size)

    def take(self, tool): self.pad.locator(f'[data-tool={tool}]').click()
    def undo(self): self.pad.locator('.undo').click()
    def click(self, x, y): self.page.mouse.click(*self.screen(x, y))

    def drag(self, *points):
        self.page.mouse.move(*self.screen(*points[0]))
        self.page.mouse.down()
        for p in points[1:]: self.page.mouse.move(*self.screen(*p), steps=4)
        self.page.mouse.up()

near = lambda a, b: all(abs(x-y) < .3 for p,q in zip(a, b, strict=True) for x,y in zip(p, q, strict=True))

PAD = 'from vitron_nb.demos.pixelpad import PixelPad', 'pad = PixelPad("../data_samples/heart_on_road.png")\npad'

def test_pointer_reaches_the_kernel(lab, tmp_path):
    o = lab('pad.ipynb', *PAD)
    hand = Pointer(o)
    hand.click(92, 50)
    assert near(o.ask('pad.region().points'), [(92, 50)])
    hand.take('exclude'); hand.click(20, 20)
    hand.take('box'); hand.drag((103, 60), (82, 39))
    assert near(o.ask('pad.region().points'), [(82, 39), (103, 60)]) and o.ask('pad.region().kind') == 'box'
    hand.take('scribble'); hand.drag((84, 44), (92, 54), (98, 44))
    assert o.ask('pad.region().kind') == 'scribble' and o.ask('len(pad.region().points)') >= 6
    hand.take('polygon')
    for p in ((79, 91), (111, 91), (111, 124), (79, 124), (79, 91)): hand.click(*p)
    assert near(o.ask('pad.region().points'), [(79, 91), (111, 91), (111, 124), (79, 124)])
    assert o.ask('[m["label"] for m in pad.marks]') == [1, 0, 1, 1, 1]
    o.page.screenshot(path=tmp_path/'marks.png')
    hand.take('erase'); hand.click(20, 20)
    assert o.ask('[m["kind"] for m in pad.marks]') == ['point', 'box', 'scribble', 'polygon']
    for _ in range(2): hand.undo()                                        # the erasing, then the outline
    assert o.ask('[(m["kind"], m["label"]) for m in pad.marks]') == [('point', 1), ('point', 0), ('box', 1), ('scribble', 1)]

def test_keyboard_alone(lab):
    o = lab('keys.ipynb', *PAD)
    press = o.page.keyboard.press
    o.page.locator('.pixelpad canvas').focus()
    for k in ('ArrowRight', 'Shift+ArrowUp', 'Enter'): press(k)
    assert o.ask('pad.region().points') == ((65., 54.),)
    for k in ('b', 'Enter', *['Shift+ArrowRight']*2, *['Shift+ArrowDown']*3, 'Enter'): press(k)
    assert o.ask('(pad.tool, pad.region().points)') == ('box', ((65., 54.), (85., 84.)))
    for k in ('o', 'Enter', 'Shift+ArrowLeft', 'Enter', 'ArrowDown', 'Enter', 'Backspace', 'Shift+ArrowDown', 'Enter', 'Enter'): press(k)
    assert o.ask('pad.region().points') == ((85., 84.), (75., 84.), (75., 95.))
    for k in ('s', 'Enter', 'ArrowDown', 'Escape', 'Backspace'): press(k)       # half a scribble given up, the outline taken back
    assert o.ask('[m["kind"] for m in pad.marks]') == ['point', 'box']
    assert o.page.locator('.jp-Notebook .jp-Cell').count() == 2                 # no key reached JupyterLab
    assert o.page.locator('.pixelpad canvas').get_attribute('aria-label').startswith('Picture of 128 by 128')

def test_outline_is_not_lost(lab):
    o = lab('outline.ipynb', *PAD)
    hand = Pointer(o)
    hand.click(92, 50)
    hand.take('polygon')
    for p in ((79, 91), (111, 91), (111, 124)): hand.click(*p)
    hand.undo(); hand.undo()                                    # two corners, and not the point
    assert o.ask('[m["kind"] for m in pad.marks]') == ['point']
    for p in ((111, 91), (111, 124)): hand.click(*p)
    o.page.locator('.jp-CodeCell .jp-InputArea').first.click()  # whoever goes elsewhere means the outline
    assert near(o.ask('pad.region().points'), [(79, 91), (111, 91), (111, 124)])

def test_tools_of_a_narrow_picture_stand_in_a_row(lab):
    o = lab('row.ipynb', PAD[0], 'import numpy as np', 'pad = PixelPad(np.full((420, 100, 3), 200, np.uint8))\npad')
    assert len({round(b.bounding_box()['y']) for b in o.page.locator('.pixelpad .tools button').all()}) == 1

CLIP = PAD[0], 'pad = PixelPad("../data_samples/red_circle_moves_right.mp4")\npad'

def test_clip_has_a_slider_and_marks_per_frame(lab, tmp_path):
    o = lab('clip.ipynb', *CLIP)
    hand = Pointer(o)
    hand.click(38, 68)
    o.page.locator('.pixelpad input').focus()
    for _ in range(12): o.page.keyboard.press('ArrowRight')
    hand.take('box'); hand.drag((58, 53), (90, 83))
    assert o.ask('(pad.frame, pad.region().frame, pad.prompts(0)["points"], len(pad.prompts(12)["boxes"]))') == (12, 12, [[38, 68]], 1)
    assert o.page.locator('.pixelpad output').inner_text() == 'frame 12 of 0–15'
    o.page.locator('.pixelpad .play').click()
    o.page.wait_for_timeout(700)
    o.page.locator('.pixelpad .play').click()
    assert o.ask('pad.frame') != 12
    o.page.screenshot(path=tmp_path/'clip.png')

def test_finger_in_a_narrow_window(lab, tmp_path):
    o = lab('finger.ipynb', *PAD)
    o.page.set_viewport_size(dict(width=640, height=900))
    hand = Pointer(o)
    assert hand.canvas.bounding_box()['width'] < 400                            # narrower than the 512 it would like
    hand.take('scribble')
    finger = o.page.context.new_cdp_session(o.page)
    for kind, *at in (('touchStart', 84, 44), ('touchMove', 92, 54), ('touchMove', 98, 44), ('touchEnd',)):
        points = [dict(zip('xy', hand.screen(*at)))] if at else []
        finger.send('Input.dispatchTouchEvent', dict(type=kind, touchPoints=points))
    assert near(o.ask('pad.region().points'), [(84, 44), (92, 54), (98, 44)])
    o.page.screenshot(path=tmp_path/'narrow.png')

def test_demo_understand_answers(lab, tmp_path):
    o = lab('71_demo_understand.ipynb')
    bench = o.page.locator('.vb-bench').nth(1)                  # the one with a scribble on the heart
    hand = Pointer(o, pad=bench.locator('.pixelpad'))
    for _ in range(2): hand.undo()
    hand.take('scribble'); hand.drag((88, 100), (96, 108), (100, 114))
    bench.get_by_role('button', name='What is this?', exact=True).click()
    bench.locator('.vb-reply:has-text("cross")').wait_for(timeout=20_000)
    assert o.ask('(pointed.pad.region().kind, pointed.turns[-1][1].text)') == ('scribble', bench.locator('.vb-reply').inner_text())
    assert 'The encoders look' in bench.inner_text()
    bench.locator('input[type=text]').fill('Where is the heart?')
    bench.locator('input[type=text]').press('Enter')
    bench.locator('.vb-reply:has-text("heart is at")').wait_for(timeout=20_000)
    assert o.ask('len(pointed.pad.layers)') == 1
    o.page.wait_for_timeout(500)
    bench.screenshot(path=tmp_path/'understand.png')

def test_demo_segment_masks(lab, tmp_path):
    o = lab('72_demo_segment.ipynb')
    bench = o.page.locator('.vb-bench').nth(1)                  # the one with a box on the heart
    hand = Pointer(o, pad=bench.locator('.pixelpad'))
    hand.take('scribble'); hand.drag((88, 100), (96, 108), (100, 114))
    bench.get_by_role('button', name='Segment this.', exact=True).click()
    bench.locator('a[download="masks.json"]').wait_for(timeout=20_000)
    o.page.wait_for_timeout(1000)
    x0, y0, x1, y1 = o.ask('box_of(shown.turns[-1][1].masks[0]).tolist()')
    assert abs(x0-79) < 8 and abs(y0-91) < 8 and abs(x1-111) < 8 and abs(y1-124) < 8       # the green cross
    for stage in ('calls a module', 'signal tokens', 'specialist works'): assert stage in bench.inner_text()
    bench.screenshot(path=tmp_path/'segment.png')
    with o.page.expect_download() as d: bench.locator('a[download="masks.json"]').click()
    assert json.loads(Path(d.value.path()).read_text())[0]['segmentation']['size'] == [128, 128]

def test_demo_generate_draws(lab, tmp_path):
    o = lab('generate.ipynb', 'from vitron_nb.demos.generate import generate', 'demo = generate()\ndemo')     # the chapter itself draws a dozen pictures more
    bench = o.page.locator('.vb-bench').first
    hand = Pointer(o, pad=bench.locator('.pixelpad'))
    hand.drag((20, 60), (64, 104))                              # the box tool is at hand
    bench.locator('input[type=number]').first.fill('7')
    bench.locator('input[type=text]').fill('Generate a red heart on road.')
    bench.get_by_role('button', name='Generate', exact=True).click()
    bench.locator('a[download="seed_7.png"]').wait_for(timeout=30_000)
    assert near(o.ask('demo.boxes[0].points'), [(20, 60), (64, 104)]) and o.ask('len(demo.made)') == 1
    x0, y0, x1, y1 = o.ask('demo.stages.plan[0].tolist()')
    assert near([(x0, y0), (x1, y1)], [(20, 60), (64, 104)]) and 'Noise becomes pictures' in bench.inner_text()
    bench.screenshot(path=tmp_path/'generate.png')
    bench.get_by_role('button', name='Go on with this').click()
    bench.get_by_role('button', name='Ask', exact=True).wait_for()
    bench.locator('input[type=text]').fill('Make the heart green.')
    bench.locator('input[type=text]').press('Enter')
    bench.locator('.vb-reply:has-text("green now")').wait_for(timeout=30_000)
    with o.page.expect_download() as d: bench.locator('a[download="result.png"]').click()
    assert Image.open(d.value.path()).size == (128, 128)
    bench.screenshot(path=tmp_path/'gone_on.png')

def test_demo_edit_changes_only_the_place(lab, tmp_path):
    o = lab('74_demo_edit.ipynb')
    bench = o.page.locator('.vb-bench').first                   # the red circle, already made green
    hand = Pointer(o, pad=bench.locator('.pixelpad'))
    hand.take('box'); hand.drag((22, 49), (56, 83))
    bench.get_by_role('button', name='Remove this.', exact=True).click()
    bench.locator('a[download="changed.png"]').wait_for(timeout=30_000)
    assert 'pixels changed' in bench.inner_text() and o.ask('demo.marked[-1][0][0]["kind"]') == 'box'
    x0, y0, x1, y1 = o.ask('[int(f(k)) for f in (min, max) for k in changed(*demo.pair).nonzero()[::-1]]')
    assert 12 < x0 < x1 < 66 and 40 < y0 < y1 < 94              # around the circle, and nowhere else
    shown = bench.locator('.widget-image').first
    before = shown.get_attribute('src')
    bench.locator('.noUi-handle').press('ArrowRight')
    o.page.wait_for_timeout(500)
    assert abs(o.ask('demo.line.value')-.5) > .001 and shown.get_attribute('src') != before
    bench.screenshot(path=tmp_path/'edit.png')
    bench.get_by_role('button', name='Undo turn').click()
    o.page.wait_for_timeout(500)
    assert o.ask('(len(demo.turns), bool((demo.pad.pixels == np.asarray(demo.turns[-1][1].image)).all()))') == (1, True)

PLAYS = 'o => o.readyState > 1 && !o.paused && o.currentTime > 0'        # a player that shows moving pictures

def playing(lab, player):
    "Waits until a player plays; its frames, width by height."
    player.wait_for(timeout=90_000)
    player.scroll_into_view_if_needed()
    lab.page.wait_for_timeout(1000)
    assert player.evaluate(PLAYS)
    return player.evaluate('o => [o.videoWidth, o.videoHeight]')

def test_demo_generate_clip_and_animate(lab, tmp_path):
    o = lab('films.ipynb', 'from vitron_nb.demos.generate import generate', 'demo = generate()\ndemo')
    bench = o.page.locator('.vb-bench').first
    bench.locator('input[type=text]').fill('Generate a video of a red circle moving right on sand.')
    bench.get_by_role('button', name='Generate', exact=True).click()
    bench.locator('a[download="seed_0.mp4"]').wait_for(timeout=90_000)
    assert playing(o, bench.locator('.vb-film video')) == [256, 256] and bench.locator('.vb-film img').count() == 1
    assert 'midway' in bench.inner_text() and 'clip about' in bench.inner_text()
    with o.page.expect_download() as d: bench.locator('a[download="seed_0.mp4"]').click()
    assert Path(d.value.path()).read_bytes()[4:8] == b'ftyp'
    bench.screenshot(path=tmp_path/'film.png')
    bench.locator('input[type=text]').fill('Generate a red heart on road.')
    bench.get_by_role('button', name='Generate', exact=True).click()
    bench.locator('a[download="seed_0.png"]').wait_for(timeout=30_000)
    bench.get_by_role('button', name='Go on with this').click()
    bench.get_by_role('button', name='Animate it: the red heart moves up.').click()
    assert playing(o, bench.locator('.vb-film video')) == [256, 256]
    assert bench.locator('.pixelpad output').inner_text() == 'frame 0 of 0–15' and bench.locator('.vb-film img').count() == 1
    assert o.ask('(demo.kind, bool((demo.pad.pixels[0] == np.asarray(demo.turns[0][1].image)).all()))'.replace('np', '__import__("numpy")')) == ('video', True)
    bench.screenshot(path=tmp_path/'animated.png')
    bench.get_by_role('button', name='Undo turn').click()
    bench.get_by_role('button', name='Let the red heart spin.').wait_for()
    assert o.ask('demo.kind') == 'image' and not bench.locator('.vb-film').count()

def test_demo_edit_clip(lab, tmp_path):
    o = lab('edit_clip.ipynb', 'from vitron_nb.demos.edit import edit, changed', 'demo = edit()\ndemo')
    bench = o.page.locator('.vb-bench').first
    bench.locator('select').first.select_option(label='clip: red circle moves right')
    hand = Pointer(o, pad=bench.locator('.pixelpad'))
    hand.take('box'); hand.drag((22, 52), (54, 84))
    bench.get_by_role('button', name='Make this green.', exact=True).click()
    assert playing(o, bench.locator('.vb-film video')) == [768, 256]      # before, after and what changed
    assert 'pixels changed' in bench.inner_text() and bench.locator('.vb-film img').count() == 3
    x0, x1 = o.ask('[int(f(changed(*demo.pair)[0].nonzero()[1])) for f in (min, max)]')
    assert 14 < x0 < x1 < 62                                    # around the circle, as it stands on the first frame
    bench.screenshot(path=tmp_path/'edit_clip.png')
    with o.page.expect_download() as d: bench.locator('a[download="result.mp4"]').click()
    assert Path(d.value.path()).read_bytes()[4:8] == b'ftyp'
    bench.get_by_role('button', name='Undo turn').click()
    o.page.wait_for_timeout(500)
    assert o.ask('(len(demo.turns), demo.pair, demo.kind)') == (0, None, 'video') and not bench.locator('.vb-film').count()

CUT = 'all => all.filter(o => o.scrollWidth > o.clientWidth || o.getBoundingClientRect().right > o.closest(".vb-bench").getBoundingClientRect().right + 1).map(o => o.textContent)'

def test_bench_fits_its_page(lab, tmp_path):
    o = lab('fits.ipynb', 'from vitron_nb.demos.generate import generate', 'demo = generate()\ndemo')
    bench = o.page.locator('.vb-bench').first
    for name in ('.vb-chip', '.vb-time'): assert bench.locator(name).count() and bench.locator(name).evaluate_all(CUT) == []
    assert not bench.locator('[data-tool=exclude]').is_visible()
    bench.locator('canvas').focus()
    o.page.keyboard.press('n')                                  # the key of a tool that is left away
    assert o.ask('demo.pad.tool') == 'box'
    bench.locator('select').first.select_option(label='4')
    bench.locator('input[type=text]').fill('Generate a red heart on road.')
    bench.get_by_role('button', name='Generate', exact=True).click()
    bench.locator('a[download="seed_3.png"]').wait_for(timeout=60_000)
    assert bench.locator('.vb-note a').evaluate_all(CUT) == []
    o.page.evaluate('() => document.documentElement.style.setProperty("--jp-content-link-color", "rgb(1, 2, 3)")')
    assert bench.locator('.vb-note a').first.evaluate('a => getComputedStyle(a).color') == 'rgb(1, 2, 3)'     # the theme's, light or dark
    bench.screenshot(path=tmp_path/'fits.png')

def test_upload_twice_and_compare_a_tall_picture(lab, tmp_path):
    Image.open('data_samples/red_circle_and_star.png').resize((100, 420)).save(tmp_path/'tall.png')
    o = lab('tall.ipynb', 'from vitron_nb.demos.edit import edit', 'demo = edit()\ndemo')
    bench = o.page.locator('.vb-bench').first
    for _ in range(2):
        with o.page.expect_file_chooser() as c: bench.get_by_role('button', name='or your own').click()
        c.value.set_files(tmp_path/'tall.png')
        o.page.wait_for_timeout(1000)
        assert o.ask('(demo.media.name, demo.pad.size, demo.upload.value)') == ('tall.png', [100, 420], ())
        bench.locator('select').first.select_option(label='picture: heart on road')
        o.page.wait_for_timeout(1000)
        assert o.ask('demo.pad.size') == [128, 128]
    with o.page.expect_file_chooser() as c: bench.get_by_role('button', name='or your own').click()
    c.value.set_files(tmp_path/'tall.png')
    o.page.wait_for_timeout(1000)
    bench.locator('input[type=text]').fill('Make it a mosaic.')
    bench.locator('input[type=text]').press('Enter')
    bench.locator('a[download="changed.png"]').wait_for(timeout=30_000)
    a, b = (i.bounding_box() for i in bench.locator('.widget-image').all())
    assert a['height'] <= 320 and b['height'] <= 320 and a['y'] == b['y']
    bench.screenshot(path=tmp_path/'tall_edit.png')
