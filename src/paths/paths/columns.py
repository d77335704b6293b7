"""The columns of the matrix: which exchanges each one stands for."""
from dataclasses import dataclass, replace

from .backends import ECHO, LINE, REFUSE


@dataclass(frozen=True)
class Measurement:
    """Exchanges of one kind: their backend, size, number and limits. `race`: which bad verdict comes depends on the order
    in which packets arrive, so that another run may see another one."""
    name: str
    backend: str = ECHO
    size: str = "64B"
    count: int = 3
    timeout: str = "4s"
    framing: str = "eof"
    half_close_delay: str = "0s"
    race: bool = False

    def briefly(self):
        return replace(self, count=1)

    def shares_probe_with(self, other):
        return replace(self, name="", size="", race=False) == replace(other, name="", size="", race=False)


@dataclass(frozen=True)
class Column:
    title: str
    measurements: tuple


COLUMNS = (
    Column("64 B", (Measurement("64-bytes", count=10),)),
    Column("FIN 1 s later", (Measurement("late-fin", half_close_delay="1s", timeout="6s"),)),
    Column("64 KB", (Measurement("64-kilobytes", size="64KB", count=10),)),
    Column("1 MB", (Measurement("1-megabyte", size="1MB", count=5),)),
    Column("10 MB", (Measurement("10-megabytes", size="10MB", timeout="20s"),)),
    Column("`line` 64 B / 1 MB", (Measurement("line-64-bytes", LINE, framing="line"),
                                  Measurement("line-1-megabyte", LINE, "1MB", framing="line"))),
    Column("service takes 2 s", (Measurement("slow-service", "slow", timeout="6s"),)),
    Column("backend refuses: FIN at once / 0.5 s later", (
        Measurement("refused", REFUSE, race=True),
        Measurement("refused-late-fin", REFUSE, half_close_delay="500ms", race=True))),
    Column("backend resets in mid-reply", (Measurement("reset-in-reply", "reset", "64KB"),)),
    Column("backend ends in mid-reply", (Measurement("end-in-reply", "end", "64KB"),)),
)
MEASUREMENTS = {measurement.name: measurement for column in COLUMNS for measurement in column.measurements}


def in_shared_probes(measurements):
    """The measurements in groups that one run of the prober makes, with a list of sizes."""
    groups = []
    for measurement in measurements:
        group = next((group for group in groups if group[0].shares_probe_with(measurement)), None)
        if group is None:
            groups.append([measurement])
        else:
            group.append(measurement)
    return groups
