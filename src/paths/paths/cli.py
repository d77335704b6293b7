"""Probes through real proxies, and writes what each does to an exchange into docs/compatibility.md.

Without arguments it measures every path whose software is installed (src/paths/install brings it), which takes about half
an hour, and writes target/paths/compatibility.md: the document with the rows that were measured now in place of the old
ones. --save writes docs/compatibility.md itself. --check compares with docs/compatibility.md and writes only the copy.

As root it runs in namespaces of its own: what it starts can reach nothing but this run, and ends with it. Without root it
uses ports of 127.0.0.1, and leaves out the paths that need network namespaces.

Exit status: 0; 1 if a path that --only names could not be measured, or if --check found a difference or could not measure a
documented path; 2 if an argument is wrong or nothing could be measured.
"""
import argparse
import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from . import isolation, table
from .backends import Backends
from .catalogue import CATALOGUE
from .columns import MEASUREMENTS, in_shared_probes
from .lab import Lab
from .machine import DOCUMENT, OUTPUT, ROOT, SOURCES, Failure, jdk_version, product_version, require_jar, say, system
from .path import Row, require_installed
from .prober import probe

MOST_JOBS = 8


def names_of(text):
    names = text.split(",")
    for name in names:
        if name not in CATALOGUE:
            raise argparse.ArgumentTypeError(f"{name or 'an empty name'}: none of {', '.join(CATALOGUE)}")
    return names


def jobs_of(text):
    if not text.isdigit() or not 1 <= int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"{text}: not a number from 1 to {MOST_JOBS}")
    return int(text)


def parse_options(arguments):
    parser = argparse.ArgumentParser(prog="src/paths/run", description=__doc__, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--list", action="store_true", help="name the paths, what each needs, and whether it is installed")
    add("--only", type=names_of, metavar="NAME,...", help="measure these paths")
    add("--quick", action="store_true", help="one exchange of each kind; not with --save")
    add("--check", action="store_true", help="compare the verdicts with docs/compatibility.md; not with --save")
    add("--save", action="store_true", help="write docs/compatibility.md")
    add("--jobs", type=jobs_of, metavar="N", default=1, help=f"paths measured at a time, at most {MOST_JOBS}; default 1")
    options = parser.parse_args(arguments)
    for name in ("quick", "check"):
        if options.save and getattr(options, name):
            parser.error(f"--save and --{name} exclude each other")
    return options


def list_paths():
    for path in CATALOGUE.values():
        missing = path.missing()
        state = f"not installed: {', '.join(missing)}" if missing else path.described_version()
        print(f"{path.name:24}{state}")
    return 0


def measure(path, backends, quick):
    """Make all exchanges through the path; return its row.

    It is started anew for each run of the prober: some proxies end, or avoid a backend, after it has refused once.
    """
    verdicts = {name: None for name in MEASUREMENTS}
    wanted = [measurement.briefly() if quick else measurement for measurement in MEASUREMENTS.values()]
    for group in in_shared_probes(wanted):
        with Lab() as lab:
            verdicts.update(probe(path.start(lab, backends.port(group[0].backend, path.backend)), group))
    return Row(path.name, path.described_version(), path.configuration, verdicts, path.note)


def try_to_measure(path, backends, options):
    """The row of a path, or why there is none."""
    began = time.monotonic()
    try:
        require_installed(path)
        if path.namespaces and not isolation.is_isolated():
            raise Failure("needs network namespaces, and so root")
        row = measure(path, backends, options.quick)
    except (Failure, OSError) as failure:
        say(f"{path.name}: left out: {failure}")
        return failure
    kinds = sum((counts for counts in row.verdicts.values() if counts), Counter())
    say(f"{path.name}: {table.cell(kinds)} in {time.monotonic() - began:.1f} s")
    return row


def measure_all(paths, backends, options):
    """What try_to_measure() gives for each path. Those that change routes are measured one after the other, at the end."""
    apart = [path for path in paths if not path.namespaces]
    results = {}
    with ThreadPoolExecutor(options.jobs) as pool:
        results.update(zip((path.name for path in apart), pool.map(lambda path: try_to_measure(path, backends, options), apart)))
    for path in paths:
        if path.namespaces:
            results[path.name] = try_to_measure(path, backends, options)
    return results


def made_by():
    return (f"Last written by `src/paths/run` on {date.today()} with {product_version()}, JDK {jdk_version()}, {system()}, "
            f"{len(os.sched_getaffinity(0))} cores.")


def check(rows, documented):
    """Print what differs from the documented rows; return the number of rows that do."""
    documented_by_name = {row.name: row for row in documented}
    failed = 0
    for row in rows:
        old = documented_by_name.get(row.name)
        found = [f"{row.name}: not in docs/compatibility.md"] if old is None else table.differences(old, row, CATALOGUE[row.name])
        if old is not None and found and old.version != row.version:
            found.append(f"{row.name}: documented with {old.version}, seen with {row.version}")
        failed += bool(found)
        print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(rows)} paths: {len(rows) - failed} as documented, {failed} not")
    return failed


def execute(options):
    paths = [CATALOGUE[name] for name in options.only or CATALOGUE]
    document = DOCUMENT.read_text()
    documented = table.rows_of(document)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with Lab() as lab:
        backends = Backends(lab, "0.0.0.0" if isolation.is_isolated() else "127.0.0.1")
        results = measure_all(paths, backends, options)
    rows = [result for result in results.values() if isinstance(result, Row)]
    if not rows:
        raise Failure("no path could be measured; src/paths/run --list names what is missing")
    merged = table.merge(documented, rows, CATALOGUE)
    destination = DOCUMENT if options.save else OUTPUT / DOCUMENT.name
    destination.write_text(table.replace_table(document, merged, made_by()))
    say(f"{destination.relative_to(ROOT)}: {len(rows)} rows measured, {len(merged)} in all")
    required = set(options.only or ([row.name for row in documented] if options.check else []))
    lost = [name for name in results if name in required and not isinstance(results[name], Row)]
    if lost:
        print(f"not measured: {', '.join(lost)}")
    differing = check(rows, documented) if options.check else 0
    return 1 if lost or differing else 0


def main(arguments):
    options = parse_options(arguments)
    if options.list:
        return list_paths()
    try:
        require_jar()
        if not isolation.is_isolated() and isolation.may_isolate():
            return isolation.run_isolated(SOURCES / "run", arguments)
        if isolation.is_isolated():
            isolation.bring_loopback_up()
        return execute(options)
    except (Failure, OSError) as failure:
        say(f"src/paths/run: {failure}")
        return 2
    except KeyboardInterrupt:
        return 130
