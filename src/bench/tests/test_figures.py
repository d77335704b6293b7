"""What the figures mean: python3 -m unittest discover src/bench/tests."""
import sys
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmark import generator, goals, load, report, stalls, svg, throughput  # noqa: E402


def a_slice(number, rate, cpu=10.0, errors=0, exchanges=1_000, p99=500.0, others=1.0):
    return {"fork": 0, "round": number, "rate": rate, "exchanges": exchanges, "megabytesPerSecond": 1.0,
            "errors": {"reset": errors}, "latencyMicros": {"p50": 100.0, "p99": p99},
            "serverCpuMicrosPerExchange": cpu, "loadCpuMicrosPerExchange": 5.0, "othersCpuPercent": others,
            "residentMegabytes": 100.0}


class SummaryTest(unittest.TestCase):

    def test_ratios_are_formed_within_a_round(self):
        # The machine is twice as fast in round 2; the ratio is the same in each.
        summary = throughput.summarise({"tcp-echo": [a_slice(1, 90), a_slice(2, 180)],
                                        "netty-nio": [a_slice(1, 100), a_slice(2, 200)]})
        self.assertEqual(summary["servers"]["netty-nio"]["rateRatio"], {"median": 0.9, "low": 0.9, "high": 0.9})

    def test_a_server_of_fewer_rounds_is_compared_with_these(self):
        summary = throughput.summarise({"tcp-echo": [a_slice(1, 100), a_slice(2, 900)], "socat": [a_slice(1, 50)]})
        self.assertEqual(summary["servers"]["socat"]["rateRatio"]["median"], 2)

    def test_ratios_of_cpu_are_those_of_one_exchange(self):
        summary = throughput.summarise({"tcp-echo": [a_slice(1, 1, cpu=30)], "c": [a_slice(1, 1, cpu=20)]})
        self.assertEqual(summary["servers"]["c"]["cpuRatio"]["median"], 1.5)

    def test_a_pair_counts_only_if_neither_side_was_disturbed(self):
        own = [a_slice(1, 90), a_slice(2, 10, others=40), a_slice(3, 90), a_slice(4, 92)]
        peer = [a_slice(1, 100), a_slice(2, 100), a_slice(3, 30, others=5.1), a_slice(4, 100)]
        summary = throughput.summarise({"tcp-echo": own, "netty-nio": peer})["servers"]
        self.assertEqual(summary["netty-nio"]["rateRatio"], {"median": 0.91, "low": 0.9, "high": 0.92})
        self.assertEqual((summary["netty-nio"]["pairs"], summary["netty-nio"]["pairsDropped"]), (2, 2))
        self.assertEqual(summary["tcp-echo"]["rate"], {"median": 90, "low": 90, "high": 92})

    def test_without_a_calm_pair_there_is_no_ratio(self):
        summary = throughput.summarise({"tcp-echo": [a_slice(1, 90, others=40)], "c": [a_slice(1, 100)]})["servers"]
        self.assertIsNone(summary["c"]["rateRatio"])
        self.assertEqual(summary["c"]["pairsDropped"], 1)
        self.assertEqual(summary["tcp-echo"]["rate"]["median"], 90)

    def test_a_disturbed_round_counts_for_no_ratio_of_two_workloads(self):
        ratio = throughput.ratio_between([a_slice(1, 50), a_slice(2, 1, others=40)], [a_slice(1, 100), a_slice(2, 100)],
                                         throughput.rate)
        self.assertEqual(ratio["median"], 0.5)

    def test_lost_exchanges_are_counted(self):
        summary = throughput.summarise({"stock-nio": [a_slice(1, 0, errors=30, exchanges=10)]})
        self.assertEqual(summary["servers"]["stock-nio"]["errors"], 30)
        self.assertEqual(summary["servers"]["stock-nio"]["answeredPercent"], 25)

    def test_idle_connections_that_are_lost_are_errors(self):
        summary = throughput.summarise({"tcp-echo": [{**a_slice(1, 1), "idle": {"opened": 10, "stillOpen": 7}}]})
        self.assertEqual(summary["servers"]["tcp-echo"]["errors"], 3)


@mock.patch("time.sleep")
class CalmTest(unittest.TestCase):

    @staticmethod
    def measured(attempts, *slices):
        remaining = iter(slices)
        return load.calmly(attempts, lambda: next(remaining))

    def test_a_slice_that_others_disturbed_is_measured_again(self, sleep):
        disturbed, calm = ({**a_slice(1, 1), "othersCpuPercent": percent} for percent in (5.1, 5.0))
        self.assertIs(self.measured(3, disturbed, calm), calm)
        sleep.assert_called_once_with(load.REST_SECONDS)

    def test_the_last_attempt_counts(self, sleep):
        slices = [{**a_slice(number, 1), "othersCpuPercent": 50} for number in (1, 2, 3)]
        self.assertIs(self.measured(2, *slices), slices[1])

    def test_a_slice_in_which_the_machine_stalled_is_measured_again(self, sleep):
        stalled, calm = ({**a_slice(1, 1), "stallPercentileMillis": {"99": millis}} for millis in (1.001, 1.0))
        self.assertIs(self.measured(3, stalled, calm), calm)

    def test_a_failure_is_kept_whatever_others_did(self, sleep):
        for failed in (a_slice(1, 1, errors=1), {"verdicts": {"OK": 9, "RESET_AFTER_FIN": 1}},
                       {**a_slice(1, 1), "idle": {"opened": 10, "stillOpen": 9}}):
            failed["othersCpuPercent"] = 50
            self.assertIs(self.measured(3, failed), failed)
        sleep.assert_not_called()


class StallsTest(unittest.TestCase):

    def test_percentiles_are_those_of_the_nearest_rank(self):
        percentiles = stalls.percentile_millis(range(1_000, 101_000, 1_000))
        self.assertEqual([percentiles[percent] for percent in ("0", "50", "99", "99.9")], [1, 50, 99, 100])

    def test_without_ticks_there_are_none(self):
        self.assertEqual(stalls.percentile_millis([]), {})


class GeneratorTest(unittest.TestCase):

    def test_failed_exchanges_of_our_own_generator_are_counted(self):
        own = {"othersCpuPercent": 1.0, "rate": 70.0, "generatorCores": 0.7, "verdicts": {"OK": 10, "REFUSED": 2, "CORRUPT": 1}}
        summary = generator.summarise([(own, a_slice(1, 100)), (own, a_slice(2, 50))])
        self.assertEqual(summary["failed"], 6)
        self.assertEqual(summary["ratio"], {"median": 1.05, "low": 0.7, "high": 1.4})
        self.assertAlmostEqual(summary["ownCpuMicros"], 10_000)


class ReportTest(unittest.TestCase):

    def test_a_server_that_loses_replies_has_no_rate(self):
        self.assertEqual(report.lost_text({"answeredPercent": 0.0, "errors": 2_000}), "0 % answered")
        self.assertEqual(report.lost_text({"answeredPercent": 99.9, "errors": 12}), "12 lost")

    def test_the_page_has_a_loss_in_place_of_a_ratio(self):
        ratio = {"median": 1.1, "low": 0.9, "high": 1.3}
        self.assertEqual(report.rate_ratio_of_page({"errors": 0, "rateRatio": ratio}), "1.10 (0.90–1.30)")
        self.assertEqual(report.rate_ratio_of_page({"errors": 9, "answeredPercent": 7.0, "rateRatio": ratio}),
                         "7 % answered")
        self.assertEqual(report.rate_ratio_of_page(None), "-")

    def test_the_page_has_the_p50_and_the_p99(self):
        self.assertEqual(report.p50_and_p99({"percentileMillis": {"50": 0.3, "99": 4.25}}), "0.30 / 4.25")
        self.assertEqual(report.p50_and_p99({"percentileMillis": {}}), "-")

    def test_a_goal_is_judged_by_the_median(self):
        self.assertEqual(goals.at_least("work", 0.95, {"median": 0.96, "low": 0.5, "high": 1.5}),
                         ("work", "≥ 0.95", "0.96 (0.50–1.50)", True))
        self.assertFalse(goals.at_most("work", 1.0, {"median": 1.001, "low": 0.5, "high": 1.5})[3])

    def test_the_report_says_how_many_pairs_were_dropped(self):
        summary = throughput.summarise({"tcp-echo": [a_slice(1, 90), a_slice(2, 90)],
                                        "c": [a_slice(1, 100), a_slice(2, 100, others=6)]})
        self.assertEqual(report.dropped_text(summary["servers"], "tcp-echo"),
                         "Of 2 pairs of slices 1 was disturbed, and counts for no ratio.")

    def test_goals_of_what_was_not_measured_are_left_out(self):
        self.assertEqual(goals.rows({}), [])


class PlotTest(unittest.TestCase):

    def test_ticks_are_round_and_enclose_the_values(self):
        self.assertEqual(svg.linear_ticks(190_000), [0, 50_000, 100_000, 150_000, 200_000])
        self.assertEqual(svg.log_ticks(0.3, 4), [0.2, 0.5, 1, 2, 5])

    def test_a_server_without_a_rate_has_its_text_in_place_of_a_bar(self):
        picture = svg.bars("title", "a < b", [("rate", {"a": (2, 1, 3, "2"), "b": (None, None, None, "0 % answered")})],
                           ["a", "b"], {"a": "#000000", "b": "#ffffff"}.get)
        texts = [element.text for element in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("0 % answered", texts)
        self.assertIn("a < b", texts)
        self.assertEqual(picture.count("fill='#000000'"), 1)

    def test_lines_are_valid_and_named_at_their_ends(self):
        picture = svg.lines("title", "", {"one": [(1, 5), (32, 7)], "other": [(1, 5), (32, 7)]}, lambda name: "#000000",
                            [(1, "1"), (32, "32")], "x", "y", float)
        texts = [element for element in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
        heights = {element.text: float(element.get("y")) for element in texts}
        self.assertGreaterEqual(abs(heights["one"] - heights["other"]), 16)


if __name__ == "__main__":
    unittest.main()
