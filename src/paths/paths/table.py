"""The table of docs/compatibility.md: written, read back, merged and compared."""
import re
from collections import Counter

from .columns import COLUMNS, MEASUREMENTS
from .machine import Failure
from .path import Row

BEGIN = "<!-- The rows and notes from here to the end mark are written by src/paths/run. -->"
END = "<!-- The end of what src/paths/run writes. -->"
NOT_MEASURED = "n/m"
HEADER = ["path", "version", "configuration", *(column.title for column in COLUMNS)]
VERDICT = re.compile(r"([A-Z_]+)(?: (\d+)/(\d+))?")
NOTE = re.compile(r"(\d+)\. (.*)")
NAME = re.compile(r"`(?P<name>[^`]+)`(?: \((?P<note>\d+)\))?")


def cell(counts):
    """The verdicts of one measurement: "OK" if all are the same, else the commonest first: "OK 6/10, REPLY_LOST 4/10"."""
    if counts is None:
        return NOT_MEASURED
    if len(counts) == 1:
        return next(iter(counts))
    total = sum(counts.values())
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{verdict} {count}/{total}" for verdict, count in ranked)


def column_cell(verdicts):
    return " / ".join(map(cell, verdicts)) if any(verdicts) else NOT_MEASURED


def counts_of(text):
    """The reverse of cell(), but that the number of exchanges whose verdicts are all the same is unknown and counts as 1."""
    if text == NOT_MEASURED:
        return None
    counts = Counter()
    for part in text.split(", "):
        match = VERDICT.fullmatch(part)
        if match is None:
            raise Failure(f"{text!r}: not a list of verdicts such as \"OK 9/10, STALLED 1/10\"")
        counts[match[1]] += int(match[2] or 1)
    return counts


def line_of(cells):
    return f"| {' | '.join(cells)} |"


def format_table(rows):
    """The table of the rows, and the numbered notes below it."""
    notes = list(dict.fromkeys(row.note for row in rows if row.note))
    lines = [line_of(HEADER), "|" + "---|" * len(HEADER)]
    for row in rows:
        name = f"`{row.name}`" + (f" ({notes.index(row.note) + 1})" if row.note else "")
        measured = [column_cell([row.verdicts[measurement.name] for measurement in column.measurements]) for column in COLUMNS]
        lines.append(line_of([name, row.version, row.configuration, *measured]))
    return "\n".join([*lines, *([""] if notes else []), *(f"{number}. {note}" for number, note in enumerate(notes, 1))])


def parse_table(text):
    """The rows of a text that format_table() has written."""
    lines = text.strip().splitlines()
    if lines[:2] != [line_of(HEADER), "|" + "---|" * len(HEADER)]:
        raise Failure("the table does not have the columns of src/paths/paths/columns.py: write it anew with src/paths/run")
    notes = {match[1]: match[2] for match in map(NOTE.fullmatch, lines) if match}
    return [parse_row(line, notes) for line in lines[2:] if line.startswith("| ")]


def parse_row(line, notes):
    cells = line.removeprefix("| ").removesuffix(" |").split(" | ")
    name = NAME.fullmatch(cells[0])
    if len(cells) != len(HEADER) or name is None:
        raise Failure(f"{line!r}: not a row of {len(HEADER)} cells that begins with a name")
    verdicts = {}
    for column, text in zip(COLUMNS, cells[3:]):
        parts = [text] * len(column.measurements) if text == NOT_MEASURED else text.split(" / ")
        if len(parts) != len(column.measurements):
            raise Failure(f"{name['name']}, {column.title}: {text!r} has {len(parts)} parts, not {len(column.measurements)}")
        for measurement, part in zip(column.measurements, parts):
            verdicts[measurement.name] = counts_of(part)
    return Row(name["name"], cells[1], cells[2], verdicts, notes.get(name["note"], ""))


def split_document(document):
    """What stands before the generated part, the generated part, and what stands behind it."""
    before, begin, rest = document.partition(BEGIN)
    generated, end, after = rest.partition(END)
    if not begin or not end:
        raise Failure("docs/compatibility.md lacks the marks between which the table is written")
    return before, generated, after


def replace_table(document, rows, made_by):
    before, _, after = split_document(document)
    return f"{before}{BEGIN}\n\n{made_by}\n\n{format_table(rows)}\n\n{END}{after}"


def rows_of(document):
    generated = split_document(document)[1]
    start = generated.find(line_of(HEADER)[:20])
    if start < 0:
        return []
    return parse_table(generated[start:])


def merge(old, new, order):
    """The rows in the catalogue's order, new ones instead of old ones of their name."""
    by_name = {row.name: row for row in [*old, *new]}
    return [by_name[name] for name in order if name in by_name]


def differences(documented, seen, path):
    """Sentences about the verdicts of a row that the documented row does not have.

    Fewer different verdicts than documented are no difference: a race that the document shows may go the same way each time.
    Where each path has a race, any verdict but OK is accepted; where only this one has, those that the catalogue names.
    """
    found = []
    for name, counts in seen.verdicts.items():
        expected = documented.verdicts[name]
        if counts is None or expected is None:
            if counts != expected:
                found.append(difference(seen, name, expected, counts))
            continue
        new = set(counts) - set(expected) - path.races.get(name, frozenset())
        if MEASUREMENTS[name].race and "OK" not in expected:
            new &= {"OK"}
        if new:
            found.append(difference(seen, name, expected, counts))
    return found


def difference(row, name, expected, counts):
    column = next(column for column in COLUMNS if MEASUREMENTS[name] in column.measurements)
    return (f"{row.name} ({row.version}), {column.title} [{name}]:\n"
            f"  - documented: {cell(expected)}\n  + seen:       {cell(counts)}")
