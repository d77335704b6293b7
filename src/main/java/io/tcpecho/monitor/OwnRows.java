package io.tcpecho.monitor;

import java.util.List;

import io.tcpecho.lab.LabRows;
import io.tcpecho.monitor.MatrixStatus.Cell;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What this replica sees of the others, for its own matrix and for replicas that ask its
 * lab. Only targets with a {@code lab-port} are told. Any thread may call it.
 */
final class OwnRows implements LabRows {

	private final Monitor monitor;

	OwnRows(Monitor monitor) {
		this.monitor = monitor;
	}

	/** Return a cell for each row. */
	List<Cell> cells() {
		return this.monitor.ofMatrix()
			.flatMap((watch) -> watch.rows().map((row) -> cell(watch.settings().name(), row)))
			.toList();
	}

	private Cell cell(String probe, Row row) {
		RowStatus status = row.summary();
		String name = status.replica();
		return new Cell(probe, this.monitor.replica(), (name != null) ? name : "", status.peer(), status.state(),
				status.verdict(), status.since(), status.exchanges(), status.ok(),
				(status.totalMillis() != null) ? status.totalMillis().p50() : null);
	}

	@Override
	public @Nullable String json() {
		return this.monitor.ofMatrix().findAny().isEmpty() ? null
				: JsonMapper.shared().writeValueAsString(new Told(this.monitor.replica(), cells()));
	}

	/**
	 * The answer of a replica.
	 *
	 * @param replica what it calls itself
	 * @param cells what it sees; an empty {@code to} is unknown
	 */
	record Told(String replica, List<Cell> cells) {

	}

}
