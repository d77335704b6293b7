"""The table is written, read back, merged and compared as docs/compatibility.md needs it."""
import sys
import unittest
from collections import Counter
from pathlib import Path as FilePath

sys.dont_write_bytecode = True
sys.path.insert(0, str(FilePath(__file__).resolve().parents[1]))

from paths import table  # noqa: E402
from paths.columns import MEASUREMENTS  # noqa: E402
from paths.machine import DOCUMENT, Failure  # noqa: E402
from paths.path import Path, Row  # noqa: E402


def a_row(name="a-proxy", note="", version="Proxy 1.0", **changes):
    verdicts = {measurement: Counter(OK=1) for measurement in MEASUREMENTS}
    verdicts.update({key.replace("__", "-"): counts for key, counts in changes.items()})
    return Row(name, version, "`mode tcp`", verdicts, note)


def a_path(**options):
    return Path("a-proxy", (), "", lambda lab, target: None, **options)


DOCUMENT_TEXT = f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n"


class WriteAndReadTest(unittest.TestCase):

    def test_a_table_is_read_back_as_it_was_written(self):
        rows = [a_row(note="A race."), a_row("another", refused=None, late__fin=Counter(OK=6, REPLY_LOST=4)),
                a_row("third", note="Another note.")]
        self.assertEqual(table.parse_table(table.format_table(rows)), rows)

    def test_verdicts_that_are_all_the_same_are_named_once(self):
        self.assertEqual(table.cell(Counter(OK=10)), "OK")

    def test_different_verdicts_are_counted_the_commonest_first(self):
        self.assertEqual(table.cell(Counter(REPLY_LOST=4, OK=6)), "OK 6/10, REPLY_LOST 4/10")

    def test_a_verdict_whose_name_is_new_is_read(self):
        self.assertEqual(table.counts_of("TOO_SLOW 2/3, OK 1/3"), Counter(TOO_SLOW=2, OK=1))

    def test_what_was_not_measured_is_neither_good_nor_bad(self):
        self.assertEqual(table.cell(None), "n/m")
        self.assertIsNone(table.counts_of("n/m"))

    def test_a_column_of_which_nothing_was_measured_says_so_once(self):
        row = a_row(refused=None, refused__late__fin=None)
        text = table.format_table([row])
        self.assertEqual(text.count("n/m"), 1)
        self.assertEqual(table.parse_table(text), [row])

    def test_paths_with_the_same_note_share_its_number(self):
        text = table.format_table([a_row("one", "Shared."), a_row("two", "Own."), a_row("three", "Shared.")])
        self.assertIn("| `one` (1) |", text)
        self.assertIn("| `two` (2) |", text)
        self.assertIn("| `three` (1) |", text)
        self.assertEqual(text.count("1. Shared."), 1)

    def test_a_cell_that_is_no_verdict_is_named(self):
        with self.assertRaisesRegex(Failure, "'fine': not a list of verdicts"):
            table.counts_of("fine")

    def test_a_table_of_other_columns_is_refused(self):
        text = table.format_table([a_row()]).replace("| 64 KB |", "| 64 kB |")
        with self.assertRaisesRegex(Failure, "write it anew"):
            table.parse_table(text)


class DocumentTest(unittest.TestCase):

    def test_only_what_stands_between_the_marks_is_replaced(self):
        text = table.replace_table(DOCUMENT_TEXT, [a_row()], "Made today.")
        self.assertTrue(text.startswith("before\n"))
        self.assertTrue(text.endswith("\nafter\n"))
        self.assertNotIn("old", text)
        self.assertEqual(table.rows_of(text), [a_row()])

    def test_a_document_without_marks_is_refused(self):
        with self.assertRaisesRegex(Failure, "lacks the marks"):
            table.rows_of("no marks")

    def test_a_document_without_a_table_has_no_rows(self):
        self.assertEqual(table.rows_of(DOCUMENT_TEXT), [])

    def test_new_rows_replace_old_ones_in_the_order_of_the_catalogue(self):
        old, new = [a_row("b"), a_row("a", version="Proxy 1.0"), a_row("gone")], [a_row("a", version="Proxy 2.0")]
        self.assertEqual([(row.name, row.version) for row in table.merge(old, new, ["a", "b"])],
                         [("a", "Proxy 2.0"), ("b", "Proxy 1.0")])

    def test_the_committed_document_is_read_and_names_each_path_once(self):
        names = [row.name for row in table.rows_of(DOCUMENT.read_text())]
        self.assertGreaterEqual(len(names), 30)
        self.assertEqual(len(names), len(set(names)))


class CompareTest(unittest.TestCase):

    def test_the_same_verdicts_are_no_difference(self):
        self.assertEqual(table.differences(a_row(), a_row(), a_path()), [])

    def test_another_verdict_is_shown_beside_the_documented_one(self):
        seen = a_row(late__fin=Counter(REPLY_LOST=3))
        self.assertEqual(table.differences(a_row(), seen, a_path()), [
            "a-proxy (Proxy 1.0), FIN 1 s later [late-fin]:\n  - documented: OK\n  + seen:       REPLY_LOST"])

    def test_a_path_that_has_become_better_is_a_difference_too(self):
        documented = a_row(slow__service=Counter(REPLY_LOST=3))
        self.assertEqual(len(table.differences(documented, a_row(), a_path())), 1)

    def test_one_bad_exchange_of_many_is_a_difference(self):
        seen = a_row(**{"64__bytes": Counter(OK=9, STALLED=1)})
        self.assertIn("+ seen:       OK 9/10, STALLED 1/10", table.differences(a_row(), seen, a_path())[0])

    def test_a_documented_race_may_go_one_way_each_time(self):
        documented = a_row(late__fin=Counter(OK=6, REPLY_LOST=4))
        self.assertEqual(table.differences(documented, a_row(late__fin=Counter(REPLY_LOST=3)), a_path()), [])

    def test_where_a_race_decides_any_bad_verdict_is_as_documented_but_a_good_one_is_not(self):
        documented = a_row(refused=Counter(REPLY_LOST=3))
        self.assertEqual(table.differences(documented, a_row(refused=Counter(RESET_AFTER_FIN=3)), a_path()), [])
        self.assertEqual(len(table.differences(documented, a_row(refused=Counter(OK=3)), a_path())), 1)

    def test_a_race_of_one_path_is_none_of_another(self):
        documented, seen = a_row(late__fin=Counter(TRUNCATED=3)), a_row(late__fin=Counter(OK=3))
        races = {"late-fin": frozenset({"OK", "TRUNCATED"})}
        self.assertEqual(table.differences(documented, seen, a_path(races=races)), [])
        self.assertEqual(len(table.differences(documented, seen, a_path())), 1)

    def test_a_race_brings_no_other_verdicts_than_the_catalogue_names(self):
        races = {"late-fin": frozenset({"OK", "TRUNCATED"})}
        seen = a_row(late__fin=Counter(OK=2, CORRUPT=1))
        self.assertIn("CORRUPT", table.differences(a_row(), seen, a_path(races=races))[0])

    def test_a_measurement_that_is_no_longer_made_is_a_difference(self):
        self.assertEqual(len(table.differences(a_row(), a_row(refused=None), a_path())), 1)


if __name__ == "__main__":
    unittest.main()
