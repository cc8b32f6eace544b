"""ROC curves as small SVG files: the false-positive rate on a logarithmic axis, because what matters lies below one percent."""

import math
import pathlib

import numpy as np

IMAGES = pathlib.Path(__file__).parent.parent / "docs" / "images"
COLOURS = {"linear": "#8a8f98", "cascade": "#1f6feb", "both": "#d1242f"}
NAMES = {"linear": "linear model alone", "cascade": "as served: transformer where in doubt", "both": "both stages on every text"}
WIDTH, HEIGHT, LEFT, TOP, INNER_W, INNER_H = 460, 330, 52, 30, 390, 240
LOWEST = 0.001


def roc(scores, positive, weights):
    """(false-positive rate, recall) from the strictest threshold on."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(np.where(positive, weights, 0)[order]) / weights[positive].sum()
    alarms = np.cumsum(np.where(positive, 0, weights)[order]) / weights[~positive].sum()
    return alarms, hits


def draw(name, title, stages, positive, weights):
    x = lambda rate: LEFT + INNER_W * math.log10(max(rate, LOWEST) / LOWEST) / math.log10(1 / LOWEST)  # noqa: E731
    y = lambda recall: TOP + INNER_H * (1 - recall)  # noqa: E731
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="11">', f"<title>{title}</title>", f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>', f'<text x="{LEFT}" y="18" font-size="13" fill="#1f2328">{title}</text>']
    for rate in (0.001, 0.01, 0.1, 1):
        parts.append(f'<line x1="{x(rate):.1f}" y1="{TOP}" x2="{x(rate):.1f}" y2="{TOP + INNER_H}" stroke="#d8dee4"/><text x="{x(rate):.1f}" y="{TOP + INNER_H + 14}" text-anchor="middle" fill="#57606a">{100 * rate:g} %</text>')
    for recall in (0, 0.25, 0.5, 0.75, 1):
        parts.append(f'<line x1="{LEFT}" y1="{y(recall):.1f}" x2="{LEFT + INNER_W}" y2="{y(recall):.1f}" stroke="#d8dee4"/><text x="{LEFT - 6}" y="{y(recall) + 4:.1f}" text-anchor="end" fill="#57606a">{100 * recall:g} %</text>')
    for at, (stage, colour) in enumerate(COLOURS.items()):
        alarms, hits = roc(stages[stage], positive, weights)
        grid = np.geomspace(LOWEST, 1, 120)
        points = [f"{x(rate):.1f},{y(hits[max(0, np.searchsorted(alarms, rate, 'right') - 1)]):.1f}" for rate in grid]
        parts.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
        parts.append(f'<line x1="{LEFT + 205}" y1="{TOP + INNER_H - 46 + 15 * at}" x2="{LEFT + 223}" y2="{TOP + INNER_H - 46 + 15 * at}" stroke="{colour}" stroke-width="2"/><text x="{LEFT + 228}" y="{TOP + INNER_H - 42 + 15 * at}" fill="#1f2328">{NAMES[stage]}</text>')
    parts.append(f'<text x="{LEFT + INNER_W / 2}" y="{HEIGHT - 12}" text-anchor="middle" fill="#57606a">benign texts flagged (false positives)</text><text x="14" y="{TOP + INNER_H / 2}" transform="rotate(-90 14 {TOP + INNER_H / 2})" text-anchor="middle" fill="#57606a">found</text></svg>')
    IMAGES.mkdir(parents=True, exist_ok=True)
    (IMAGES / f"{name}.svg").write_text("\n".join(parts) + "\n")
