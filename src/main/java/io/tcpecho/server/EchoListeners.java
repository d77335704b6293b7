package io.tcpecho.server;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.tcpecho.limits.MemoryBudget;
import io.tcpecho.settings.TcpEchoProperties;

/**
 * All listeners of the server, including those that are configured but not enabled. Any
 * thread may call it.
 */
public final class EchoListeners {

	private final List<EchoListener> enabled;

	private final TcpEchoProperties properties;

	private final MemoryBudget budget;

	private final ServerTls tls;

	EchoListeners(List<EchoListener> enabled, TcpEchoProperties properties, MemoryBudget budget, ServerTls tls) {
		this.tls = tls;
		this.enabled = List.copyOf(enabled);
		this.properties = properties;
		this.budget = budget;
	}

	/** Return the enabled listeners. */
	public List<EchoListener> enabled() {
		return this.enabled;
	}

	/** Return the enabled listener of this name. */
	public Optional<EchoListener> find(String name) {
		return this.enabled.stream().filter((listener) -> listener.getName().equals(name)).findFirst();
	}

	/** Return the SSL bundles that listeners use. */
	public Collection<TlsBundle> tlsBundles() {
		return this.tls.bundles();
	}

	/** Return how many bytes of memory messages and replies hold at the moment. */
	public long getBufferedBytes() {
		return this.budget.used();
	}

	/** Return how many bytes of memory messages and replies may hold. */
	public long getMaxBufferedBytes() {
		return this.budget.capacity();
	}

	/** Return every configured listener as it is now, in the order of their names. */
	public List<ListenerStatus> status() {
		Stream<ListenerStatus> disabled = this.properties.listeners()
			.entrySet()
			.stream()
			.filter((entry) -> !entry.getValue().enabled())
			.map((entry) -> ListenerStatus.disabled(entry.getKey(), entry.getValue()));
		return Stream.concat(this.enabled.stream().map(ListenerStatus::of), disabled)
			.sorted(Comparator.comparing(ListenerStatus::name))
			.toList();
	}

}
