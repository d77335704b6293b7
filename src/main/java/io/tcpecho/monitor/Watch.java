package io.tcpecho.monitor;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

import io.tcpecho.monitor.Exchanges.Origin;
import io.tcpecho.monitor.ProbesStatus.TargetStatus;
import io.tcpecho.monitor.RowStatus.State;
import io.tcpecho.probe.Target;
import io.tcpecho.probe.Way;
import io.tcpecho.text.SocketAddresses;
import org.jspecify.annotations.Nullable;

/**
 * The watch over one target: in each interval it looks the name up once, follows its
 * addresses, and makes an exchange of each size with each of them. Its rows may be read
 * by any thread; everything else runs on the loop of the monitor.
 *
 * <p>
 * Bounds: a row has at most one exchange of each size under way, and there are rows for
 * at most {@code max-targets} addresses, and for as many that have gone within the last
 * five minutes.
 */
final class Watch {

	/** For so long a peer that has gone keeps its row and its meters. */
	static final Duration AFTERLIFE = Duration.ofMinutes(5);

	private final WatchSettings settings;

	private final Watches watches;

	private final Map<String, Row> rows = new ConcurrentSkipListMap<>();

	/** The addresses of the last look-up that has found some. */
	private volatile @Nullable List<InetAddress> addresses;

	private volatile int leftOut;

	private long nextRoundAt;

	/** Create a watch that has not begun. */
	Watch(WatchSettings settings, Watches watches) {
		this.settings = settings;
		this.watches = watches;
	}

	/** Return what it watches. */
	WatchSettings settings() {
		return this.settings;
	}

	/**
	 * Begin with the rounds.
	 * @param delayInNanos the time to the first
	 */
	void begin(long delayInNanos) {
		this.nextRoundAt = System.nanoTime() + delayInNanos;
		this.watches.loop().schedule(delayInNanos, this::round);
	}

	private void round() {
		long interval = this.settings.interval().toNanos();
		long now = System.nanoTime();
		// After a pause of the process, rounds that were missed are left out.
		this.nextRoundAt = Math.max(this.nextRoundAt + interval, now + interval / 2);
		this.watches.loop().schedule(this.nextRoundAt - now, this::round);
		removeThoseLongGone();
		String host = target().host();
		this.watches.exchanges()
			.await(host, this.watches.resolver().resolve(host), this.settings.manner().timeout().toNanos(),
					this::lookedUp);
	}

	private void lookedUp(List<InetAddress> all, String failure) {
		List<InetAddress> usable = all.stream().filter(this.settings.manner().family()::contains).toList();
		if (usable.isEmpty()) {
			String why = all.isEmpty() ? failure : target().host() + ": no " + this.settings.manner().family();
			unresolved(why);
			List<InetAddress> known = this.addresses;
			if (this.settings.destination().everyAddress() && known != null) {
				exchangeWithEach(known);
			}
		}
		else if (this.settings.destination().everyAddress()) {
			// The row of the name is for look-ups that fail.
			Row ofName = this.rows.get(target().toString());
			if (ofName != null) {
				ofName.leave(now());
			}
			List<InetAddress> others = usable.stream().filter((address) -> !this.watches.isOwn(address)).toList();
			List<InetAddress> chosen = chosen(others);
			this.leftOut = others.size() - chosen.size();
			this.addresses = chosen;
			exchangeWithEach(chosen);
		}
		else {
			Row row = row(target().toString(), null);
			spread(List.of(row), usable);
		}
	}

	/**
	 * Return which addresses to watch if there are too many: those with the smallest
	 * hashes (rendezvous hashing), so that few change when one comes or goes.
	 */
	private List<InetAddress> chosen(List<InetAddress> others) {
		return others.stream()
			.distinct()
			.sorted(Comparator.comparingLong(this.watches::hash))
			.limit(this.settings.maxTargets())
			.toList();
	}

	private void exchangeWithEach(List<InetAddress> peers) {
		List<Row> watched = new ArrayList<>();
		for (InetAddress address : peers) {
			InetSocketAddress peer = new InetSocketAddress(address, target().port());
			watched.add(row(SocketAddresses.text(peer), peer));
		}
		this.rows.values()
			.stream()
			.filter((row) -> row.address() != null && !watched.contains(row))
			.forEach((row) -> row.leave(now()));
		watched.forEach((row) -> row.listed(now(), this.settings.leaveTime().toNanos()));
		spread(watched, peers);
	}

	/** Begin the exchanges of a round, one after the other over the interval. */
	private void spread(List<Row> watched, List<InetAddress> peers) {
		List<Integer> sizes = this.settings.manner().sizes();
		long step = this.settings.interval().toNanos() / Math.max(1, watched.size() * sizes.size());
		long delay = 0;
		for (Row row : watched) {
			InetSocketAddress address = row.address();
			InetSocketAddress peer = (address != null) ? address : new InetSocketAddress(peers.get(0), target().port());
			for (int size : sizes) {
				if (delay == 0) {
					exchange(row, size, peers, peer);
				}
				else {
					this.watches.loop().schedule(delay, () -> exchange(row, size, peers, peer));
				}
				delay += step;
			}
		}
	}

	private void exchange(Row row, int size, List<InetAddress> addresses, InetSocketAddress peer) {
		if (row.begin(size)) {
			Way way = new Way(this.settings.manner().entrance().get(), target(), addresses, target().port(), List.of());
			this.watches.exchanges().make(this.settings.manner(), size, way, peer, Origin.now(), (result) -> {
				// The end of the loop ends exchanges, which says nothing about the path.
				if (!this.watches.loop().isStopping()) {
					row.end(result, now());
				}
			});
		}
	}

	private void unresolved(String failure) {
		Row row = row(target().toString(), null);
		row.listed(now(), 0);
		int size = this.settings.manner().sizes().get(0);
		if (row.begin(size)) {
			row.end(this.watches.exchanges().unresolved(this.settings.manner(), size, Origin.now(), failure), now());
		}
	}

	private Row row(String peer, @Nullable InetSocketAddress address) {
		Row row = this.rows.get(peer);
		if (row == null) {
			makeRoom();
			row = new Row(peer, address, this.settings.holdsBack(),
					this.watches.meters().of(this.settings.name(), peer));
			this.rows.put(peer, row);
		}
		return row;
	}

	/** Remove a row that has gone, if there are as many as may be watched. */
	private void makeRoom() {
		List<Row> gone = this.rows.values().stream().filter((row) -> row.state() == State.GONE).toList();
		if (gone.size() >= this.settings.maxTargets()) {
			gone.stream().max(Comparator.comparingLong((row) -> row.goneFor(now()))).ifPresent(this::remove);
		}
	}

	private void removeThoseLongGone() {
		this.rows.values()
			.stream()
			.filter((row) -> row.state() == State.GONE && row.goneFor(now()) >= AFTERLIFE.toNanos())
			.toList()
			.forEach(this::remove);
	}

	private void remove(Row row) {
		this.rows.remove(row.peer());
		this.watches.meters().remove(this.settings.name(), row.peer());
	}

	private Target target() {
		return this.settings.destination().target();
	}

	private long now() {
		return this.watches.now();
	}

	/** Return the rows. Any thread. */
	Stream<Row> rows() {
		return this.rows.values().stream();
	}

	/** Return what is known of the target and its peers. Any thread. */
	TargetStatus status() {
		Manner manner = this.settings.manner();
		List<InetAddress> known = this.addresses;
		String entrance = manner.entrance().get().toString();
		return new TargetStatus(this.settings.name(), this.settings.destination().toString(),
				this.settings.interval().toMillis(), manner.timeout().toMillis(), manner.format().toString(),
				manner.sizes(), entrance.isEmpty() ? null : entrance, this.settings.maxTargets(),
				(known != null) ? Integer.valueOf(known.size() + this.leftOut) : null,
				(known != null) ? Integer.valueOf(this.leftOut) : null, rows().map(Row::status).toList());
	}

}
