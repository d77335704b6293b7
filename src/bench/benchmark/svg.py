"""Plots as SVG files that need nothing else: bars with whiskers, and lines."""
import math
from html import escape

WIDTH = 860
FONT = "font-family='Helvetica, Arial, sans-serif'"
TEXT, MUTED, GRID = "#24292f", "#57606a", "#e3e6ea"


class Drawing:
    """Shapes of a picture with a title, in pixels from its top left corner."""

    def __init__(self, title, subtitle, height, width=WIDTH):
        self.shapes = [f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height:.0f}' "
                       f"width='{width}' height='{height:.0f}' {FONT} role='img'>",
                       f"<title>{escape(title)}</title>", "<rect width='100%' height='100%' fill='#ffffff'/>"]
        self.text(16, 26, title, size=16, weight="bold")
        self.text(16, 45, subtitle, size=12, colour=MUTED)

    def text(self, x, y, text, size=12, anchor="start", colour=TEXT, weight="normal"):
        self.shapes.append(f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' text-anchor='{anchor}' "
                           f"fill='{colour}' font-weight='{weight}'>{escape(text)}</text>")

    def line(self, x1, y1, x2, y2, colour=GRID, width=1):
        self.shapes.append(f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}' "
                           f"stroke-width='{width}'/>")

    def bar(self, x, y, width, height, colour):
        self.shapes.append(f"<rect x='{x:.1f}' y='{y:.1f}' width='{max(width, 1):.1f}' height='{height:.1f}' "
                           f"fill='{colour}'/>")

    def path(self, points, colour, width=2):
        steps = " ".join(f"{'L' if i else 'M'}{x:.1f} {y:.1f}" for i, (x, y) in enumerate(points))
        self.shapes.append(f"<path d='{steps}' fill='none' stroke='{colour}' stroke-width='{width}' "
                           f"stroke-linejoin='round'/>")

    def dot(self, x, y, colour):
        self.shapes.append(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour}'/>")

    def end(self):
        return "\n".join([*self.shapes, "</svg>"]) + "\n"


def bars(title, subtitle, panels, labels, colour):
    """Panels of horizontal bars side by side, with a row for each label.

    A panel is (heading, {label: (median, low, high, text)}); a label without a value shows its text alone, in place of
    a bar: {label: (None, None, None, text)}.
    """
    row_height, top, left, gap = 26, 78, 226, 24
    width = (WIDTH - left - 16 - gap * (len(panels) - 1)) / len(panels)
    room_for_text = 78
    drawing = Drawing(title, subtitle, top + row_height * len(labels) + 16)
    for row, label in enumerate(labels):
        drawing.text(left - 10, top + row * row_height + 17, label, anchor="end")
    for number, (heading, values) in enumerate(panels):
        x = left + number * (width + gap)
        drawing.text(x, top - 8, heading, colour=MUTED)
        largest = max((value[2] for value in values.values() if value[0] is not None), default=1) or 1
        scale = (width - room_for_text) / largest
        drawing.line(x, top, x, top + row_height * len(labels), MUTED)
        for row, label in enumerate(labels):
            middle, low, high, text = values.get(label, (None, None, None, ""))
            y = top + row * row_height + 4
            end = x
            if middle is not None:
                drawing.bar(x, y, middle * scale, row_height - 8, colour(label))
                drawing.line(x + low * scale, y + 9, x + high * scale, y + 9, TEXT)
                for edge in (low, high):
                    drawing.line(x + edge * scale, y + 5, x + edge * scale, y + 13, TEXT)
                end = x + high * scale
            drawing.text(end + 6, y + 13, text, colour=TEXT if middle is not None else "#cf222e")
    return drawing.end()


def lines(title, subtitle, series, colour, x_ticks, x_label, y_label, x_scale, y_log=False):
    """Lines of {name: [(x, y)]} over named ticks [(x, text)] of the x axis."""
    height, left, right, top, bottom = 420, 76, 220, 84, 56
    drawing = Drawing(title, subtitle, height)
    ys = [y for points in series.values() for _, y in points if y > 0]
    y_ticks = log_ticks(min(ys), max(ys)) if y_log else linear_ticks(max(ys))
    y_scale = math.log10 if y_log else float
    x_low, x_high = x_scale(x_ticks[0][0]), x_scale(x_ticks[-1][0])
    y_low, y_high = y_scale(y_ticks[0]), y_scale(y_ticks[-1])

    def place(x, y):
        return (left + (x_scale(x) - x_low) / (x_high - x_low) * (WIDTH - left - right),
                height - bottom - (y_scale(y) - y_low) / (y_high - y_low) * (height - bottom - top))

    for tick in y_ticks:
        y = place(x_ticks[0][0], tick)[1]
        drawing.line(left, y, WIDTH - right, y)
        drawing.text(left - 8, y + 4, number_text(tick), anchor="end", colour=MUTED)
    for tick, text in x_ticks:
        x = place(tick, y_ticks[0])[0]
        drawing.line(x, top, x, height - bottom)
        drawing.text(x, height - bottom + 18, text, anchor="middle", colour=MUTED)
    drawing.line(left, height - bottom, WIDTH - right, height - bottom, MUTED)
    drawing.text(left + (WIDTH - left - right) / 2, height - 14, x_label, anchor="middle", colour=MUTED)
    drawing.text(left, top - 10, y_label, colour=MUTED)
    ends = []
    for name, points in series.items():
        places = [place(x, max(y, y_ticks[0])) for x, y in points]
        drawing.path(places, colour(name))
        for x, y in places:
            drawing.dot(x, y, colour(name))
        ends.append((places[-1][1], name))
    # Each line's name stands beside its end, moved down where it would cover another.
    label_y = 0
    for y, name in sorted(ends):
        label_y = max(y + 4, label_y + 16)
        drawing.text(WIDTH - right + 10, label_y, name, colour=colour(name), weight="bold")
    return drawing.end()


def linear_ticks(largest):
    """Round numbers from 0 to one that is not less than the largest."""
    rough = (largest or 1) / 5
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [step * i for i in range(math.ceil(largest / step - 1e-9) + 1)]


def log_ticks(smallest, largest):
    """1, 2 and 5 times powers of ten around the values."""
    ticks = [factor * 10.0 ** power for power in range(math.floor(math.log10(smallest)), math.ceil(math.log10(largest)) + 1)
             for factor in (1, 2, 5)]
    first = max((tick for tick in ticks if tick <= smallest), default=ticks[0])
    last = min((tick for tick in ticks if tick >= largest), default=ticks[-1])
    wanted = [tick for tick in ticks if first <= tick <= last]
    return wanted if len(wanted) > 1 else [first, first * 10]


def number_text(value):
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:g}"
