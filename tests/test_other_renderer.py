"Pictures that somebody else drew from the page that describes the park: another geometry code, another noise, another downscaling."
import math
import numpy as np, pytest
from PIL import Image, ImageDraw
from vitron_nb import Vitron

K = 8                                   # drawn at 8 x and reduced by a Lanczos filter; the library draws at 4 x with a box
RGB = dict(red=(220, 50, 47), orange=(245, 140, 30), yellow=(245, 215, 60), green=(30, 120, 60), blue=(45, 85, 210), purple=(140, 70, 185), white=(245, 245, 245), black=(30, 30, 30))
ABOVE, BELOW = [(160, 205, 245), (236, 172, 150), (46, 52, 98)], [(134, 200, 108), (228, 208, 158), (88, 165, 205), (138, 138, 144)]
HELD_OUT = {("red", "moon"), ("orange", "cross"), ("yellow", "heart"), ("green", "star"), ("blue", "ring"), ("purple", "triangle"), ("white", "square"), ("black", "circle")}
RADIUS = dict(small=(9, 11), medium=(14, 17), large=(21, 25))

def turned(points, angle):
    c, s = math.cos(angle), math.sin(angle)
    return [(x*c-y*s, x*s+y*c) for x, y in points]

def stamp(shape, r, angle):
    "A shape of radius r about the middle of a square of side 2.6 r, as a mask at K x."
    n = int(2.6*r*K)
    im, o, k = Image.new("L", (n, n)), n/2, r*K
    d = ImageDraw.Draw(im)
    disc = lambda x, y, q, fill=255: d.ellipse((o+x-q, o+y-q, o+x+q, o+y+q), fill=fill)
    poly = lambda points: d.polygon([(o+x*k, o+y*k) for x, y in turned(points, angle)], fill=255)
    around = lambda radii, first=-math.pi/2: [(q*math.cos(first+2*math.pi*i/len(radii)), q*math.sin(first+2*math.pi*i/len(radii))) for i, q in enumerate(radii)]
    if shape in ("circle", "ring", "moon"): disc(0, 0, k)
    if shape == "ring": disc(0, 0, .55*k, 0)
    if shape == "moon": x, y = turned([(.45*k, 0)], angle)[0]; disc(x, y, .9*k, 0)
    if shape == "square": poly([(-.85, -.85), (.85, -.85), (.85, .85), (-.85, .85)])
    if shape == "triangle": poly(around([1.15]*3))
    if shape == "star": poly(around([1.15, .5]*5))
    if shape == "cross": poly([(-.36, -1), (.36, -1), (.36, -.36), (1, -.36), (1, .36), (.36, .36), (.36, 1), (-.36, 1), (-.36, .36), (-1, .36), (-1, -.36), (-.36, -.36)])
    if shape == "heart":
        t = np.linspace(0, 2*math.pi, 200, endpoint=False)
        x, y = 16*np.sin(t)**3, -(13*np.cos(t)-5*np.cos(2*t)-2*np.cos(3*t)-np.cos(4*t))
        fit = lambda v: (v-(v.max()+v.min())/2)/(v.max()-v.min())*2
        poly(list(zip(fit(x), fit(y))))
    return np.asarray(im) > 0

def paint(rng, things):
    "A picture of the park, uint8 128 128 3."
    h, n = int(rng.integers(44, 85)), 128*K
    y, x = np.mgrid[:n, :n]/K
    wave = sum(rng.uniform(-3, 3)*np.sin(x*rng.uniform(.02, .3)+y*rng.uniform(.02, .3)+rng.uniform(0, 6)) for _ in range(4))
    im = np.where((y < h)[..., None], np.array(ABOVE[rng.integers(3)])+((y/h*2-1)*rng.uniform(-10, 10))[..., None], np.array(BELOW[rng.integers(4)])+(((y-h)/(128-h)*2-1)*rng.uniform(-10, 10))[..., None])+wave[..., None]
    for shape, color, r, cx, cy in things:
        mask = stamp(shape, r, math.radians(rng.uniform(-20, 20)))
        inner = np.asarray(Image.fromarray(mask).resize(mask.shape, 0)).copy()
        for _ in range(int(1.5*K)): inner[1:-1, 1:-1] = inner[1:-1, 1:-1] & inner[:-2, 1:-1] & inner[2:, 1:-1] & inner[1:-1, :-2] & inner[1:-1, 2:]
        rgb = np.array(RGB[color])+rng.integers(-8, 9, 3)
        a, b = int((cy*K)-len(mask)/2), int((cx*K)-len(mask)/2)
        here = im[a:a+len(mask), b:b+len(mask)]
        here[mask] = np.array((90, 90, 90)) if color == "black" else rgb*.6
        here[inner] = rgb
    return np.asarray(Image.fromarray(im.clip(0, 255).astype(np.uint8)).resize((128, 128), Image.LANCZOS))

def scene(rng):
    "Three things apart from each other, of different colours and shapes: (shape, color, radius, x, y)."
    shapes, colors = ["circle", "ring", "square", "triangle", "star", "heart", "cross", "moon"], list(RGB)
    while True:
        s, c = rng.choice(shapes, 3, replace=False), rng.choice(colors, 3, replace=False)
        r = [rng.uniform(*RADIUS[k]) for k in rng.choice(list(RADIUS), 3)]
        p = [rng.uniform(1.3*q, 128-1.3*q, 2) for q in r]
        apart = all(np.hypot(*(p[i]-p[j])) > 1.25*(r[i]+r[j]) for i in range(3) for j in range(i))
        if apart and not HELD_OUT & set(zip(c, s)): return [(str(a), str(b), q, *at) for a, b, q, at in zip(s, c, r, p)]

@pytest.fixture(scope="module")
def answers():
    "For every thing of thirty pictures: is its colour named, and where is it found?"
    v, out = Vitron.load(), []
    for i in range(30):
        rng = np.random.default_rng(i)
        things = scene(rng)
        picture = paint(rng, things)
        for shape, color, r, x, y in things:
            boxes = v(f"Where is the {color} {shape}?", image=picture).boxes
            found = np.zeros((0, 4)) if boxes is None else boxes
            middle = (found[:, :2]+found[:, 2:])/2
            out.append((f" {color}" in v(f"What color is the {shape}?", image=picture).text, len(found) == 1 and np.abs(middle-(x, y)).max() < .4*r))
    return np.array(out)

def test_colors_are_named(answers): assert answers[:, 0].mean() > .93
def test_things_are_found(answers): assert answers[:, 1].mean() > .93
