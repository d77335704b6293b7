package io.tcpecho.monitor;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The addresses of this machine's interfaces, looked at again after ten seconds. Any
 * thread may call it.
 */
final class OwnAddresses implements Predicate<InetAddress> {

	private static final Duration GOOD_FOR = Duration.ofSeconds(10);

	private final LongSupplier clock;

	private @Nullable Set<InetAddress> addresses;

	private long readAt;

	/**
	 * Create it.
	 * @param clock returns the {@link System#nanoTime()}
	 */
	OwnAddresses(LongSupplier clock) {
		this.clock = clock;
	}

	@Override
	public boolean test(InetAddress address) {
		return current().contains(address);
	}

	private synchronized Set<InetAddress> current() {
		long now = this.clock.getAsLong();
		Set<InetAddress> known = this.addresses;
		if (known == null || now - this.readAt >= GOOD_FOR.toNanos()) {
			known = read();
			this.addresses = known;
			this.readAt = now;
		}
		return known;
	}

	private static Set<InetAddress> read() {
		try {
			return NetworkInterface.networkInterfaces()
				.flatMap(NetworkInterface::inetAddresses)
				.collect(Collectors.toSet());
		}
		catch (SocketException ex) {
			return Set.of();
		}
	}

}
