package io.tcpecho.monitor;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

import io.tcpecho.monitor.MatrixStatus.Cell;
import io.tcpecho.monitor.MatrixStatus.Missing;
import io.tcpecho.monitor.MatrixStatus.Replica;
import io.tcpecho.monitor.OwnRows.Told;
import io.tcpecho.monitor.ProbeRefusedException.Reason;
import io.tcpecho.monitor.RowStatus.State;
import io.tcpecho.nio.EventLoop;
import io.tcpecho.text.SocketAddresses;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What all replicas see of each other: asks the labs of the peers of every target with a
 * {@code lab-port} for their rows, all at the same time. An answer serves every request
 * of the next second. Any thread may ask, and waits for at most a few seconds.
 */
public final class Matrix {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final Duration GOOD_FOR = Duration.ofSeconds(1);

	private static final int LONGEST_NAME = 253;

	/** As many cells as a replica can have; others of one answer are left out. */
	private static final int MOST_CELLS = 10_000;

	private final Monitor monitor;

	private final OwnRows own;

	private final ReentrantLock lock = new ReentrantLock();

	private @Nullable MatrixStatus last;

	private long lastAt;

	Matrix(Monitor monitor, OwnRows own) {
		this.monitor = monitor;
		this.own = own;
	}

	/**
	 * Return the matrix.
	 * @throws ProbeRefusedException if others who ask have waited for too long, or the
	 * server stops
	 * @throws InterruptedException if this thread is interrupted
	 */
	public MatrixStatus get() throws InterruptedException {
		if (!this.lock.tryLock(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
			throw busy();
		}
		try {
			MatrixStatus known = this.last;
			if (known == null || System.nanoTime() - this.lastAt >= GOOD_FOR.toNanos()) {
				known = gather();
				this.last = known;
				this.lastAt = System.nanoTime();
			}
			return known;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static ProbeRefusedException busy() {
		return new ProbeRefusedException(Reason.BUSY, "The monitor does not answer: the server stops or is overloaded");
	}

	private MatrixStatus gather() throws InterruptedException {
		Set<InetSocketAddress> labs = labs();
		Map<InetSocketAddress, CompletableFuture<byte[]>> answers = new LinkedHashMap<>();
		Gathered gathered = new Gathered();
		if (!labs.isEmpty()) {
			EventLoop loop = loop();
			for (InetSocketAddress lab : labs) {
				answers.put(lab, loop.submit(() -> RowsQuestion.ask(loop, lab, TIMEOUT)).thenCompose((asked) -> asked));
			}
		}
		long deadline = System.nanoTime() + 2 * TIMEOUT.toNanos();
		for (Map.Entry<InetSocketAddress, CompletableFuture<byte[]>> answer : answers.entrySet()) {
			try {
				byte[] bytes = answer.getValue().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
				gathered.add(answer.getKey(), JsonMapper.shared().readValue(bytes, Told.class));
			}
			catch (ExecutionException ex) {
				gathered.miss(answer.getKey(), String.valueOf(ex.getCause().getMessage()));
			}
			catch (TimeoutException ex) {
				gathered.miss(answer.getKey(), "timeout");
			}
			catch (JacksonException ex) {
				gathered.miss(answer.getKey(), "its answer is none of a lab with a monitor");
			}
		}
		return gathered.status();
	}

	private EventLoop loop() {
		try {
			return this.monitor.running().loop();
		}
		catch (IllegalStateException ex) {
			throw busy();
		}
	}

	/** Return the labs of the peers that are watched. */
	private Set<InetSocketAddress> labs() {
		Set<InetSocketAddress> labs = new LinkedHashSet<>();
		this.monitor.ofMatrix().forEach((watch) -> {
			Integer port = watch.settings().labPort();
			watch.rows().filter((row) -> row.state() != State.GONE).forEach((row) -> {
				InetSocketAddress address = row.address();
				if (address != null && port != null) {
					labs.add(new InetSocketAddress(address.getAddress(), port));
				}
			});
		});
		return labs;
	}

	/** The answers so far. */
	private final class Gathered {

		private final Instant at = Instant.now();

		private final List<Replica> replicas = new ArrayList<>();

		private final Map<InetAddress, String> names = new HashMap<>();

		private final List<Cell> cells = new ArrayList<>(Matrix.this.own.cells());

		private final List<Missing> missing = new ArrayList<>();

		Gathered() {
			this.replicas.add(new Replica(Matrix.this.monitor.replica(), null));
		}

		void add(InetSocketAddress lab, Told told) {
			if (told.replica() == null || told.cells() == null || told.replica().length() > LONGEST_NAME) {
				miss(lab, "its answer is none of a lab with a monitor");
				return;
			}
			this.replicas.add(new Replica(told.replica(), lab.getAddress().getHostAddress()));
			this.names.put(lab.getAddress(), told.replica());
			told.cells()
				.stream()
				.limit(MOST_CELLS)
				.filter(Gathered::isUsable)
				.map((cell) -> cell.between(told.replica(), cell.to()))
				.forEach(this.cells::add);
		}

		/** A peer can answer anything. */
		private static boolean isUsable(Cell cell) {
			return cell != null && cell.probe() != null && cell.peer() != null && cell.to() != null
					&& cell.state() != null && cell.peer().length() <= 2 * LONGEST_NAME
					&& cell.probe().length() <= LONGEST_NAME && cell.to().length() <= LONGEST_NAME;
		}

		void miss(InetSocketAddress lab, String reason) {
			this.missing.add(new Missing(SocketAddresses.text(lab), reason));
		}

		MatrixStatus status() {
			List<Cell> named = this.cells.stream().map((cell) -> cell.between(cell.from(), nameOf(cell))).toList();
			return new MatrixStatus(Matrix.this.monitor.replica(), this.at, List.copyOf(this.replicas), named,
					this.missing.isEmpty(), List.copyOf(this.missing));
		}

		/** Return what the probed replica calls itself, or else its address. */
		private String nameOf(Cell cell) {
			if (!cell.to().isEmpty()) {
				return cell.to();
			}
			String host = cell.peer().replaceFirst(":\\d+$", "").replaceAll("[\\[\\]]", "");
			if (!SocketAddresses.isAddress(host)) {
				return host;
			}
			InetAddress address = new InetSocketAddress(host, 0).getAddress();
			String name = this.names.get(address);
			return (name != null) ? name
					: (address != null && Matrix.this.monitor.isOwn(address)) ? Matrix.this.monitor.replica() : host;
		}

	}

}
