package io.tcpecho.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.tcpecho.connection.ConnectionSnapshot;
import io.tcpecho.connection.ConnectionSummary;
import io.tcpecho.connection.OpenConnection;
import io.tcpecho.connection.OpenConnection.Close;
import io.tcpecho.connection.OpenConnection.UnfinishedMessageException;
import io.tcpecho.connection.Phase;
import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.connection.TlsDetails;
import io.tcpecho.server.EchoListener;
import io.tcpecho.server.EchoListeners;
import io.tcpecho.text.Labels;
import io.tcpecho.text.SocketAddresses;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * The endpoint {@code /actuator/connections}: it lists the open connections and ends one
 * on request. Listing never waits for an event loop. Listings are made one at a time, so
 * that they leave the echo its processor.
 */
@WebEndpoint(id = "connections")
class ConnectionsEndpoint {

	private static final int USUAL_LIMIT = 100;

	/** The longest time that a loop may take to close a socket. */
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final EchoListeners listeners;

	private final Function<Object, byte[]> json;

	private final SharedListing listing = new SharedListing();

	/**
	 * Create the endpoint.
	 * @param json writes an object as JSON
	 */
	ConnectionsEndpoint(EchoListeners listeners, Function<Object, byte[]> json) {
		this.listeners = listeners;
		this.json = json;
	}

	/**
	 * List open connections.
	 * @param listener only those of this listener
	 * @param peer only those whose peer, or client for which a proxy speaks, has an
	 * address that begins with this text, the port included
	 * @param limit the largest number of connections to list, 100 by default
	 * @param sort {@code age}, in the order of their accepts, the default; {@code idle},
	 * longest silence first; {@code bytes}, most bytes first
	 */
	@ReadOperation
	WebEndpointResponse<Object> connections(@Nullable String listener, @Nullable String peer, @Nullable String limit,
			@Nullable String sort) {
		return Refusal.orAnswer(() -> {
			Query query = new Query(listener, peer, (limit != null) ? limit(limit) : USUAL_LIMIT,
					(sort != null) ? Refusal.parse("sort", sort, Sort.values(), Labels::of) : Sort.AGE);
			List<EchoListener> asked = listeners(listener).toList();
			return this.listing.get(query, () -> this.json.apply(list(asked, query)));
		});
	}

	private static Connections list(List<EchoListener> listeners, Query query) {
		String peer = query.peer;
		List<ConnectionSnapshot> matching = listeners.stream()
			.flatMap(EchoListener::openConnections)
			.map(OpenConnection::snapshot)
			.filter((connection) -> peer == null || isFrom(connection, peer))
			.sorted(query.sort.comparator)
			.toList();
		return new Connections(matching.size(), matching.stream().limit(query.limit).map(Connection::of).toList());
	}

	/** Show an open connection. */
	@ReadOperation
	WebEndpointResponse<Object> connection(@Selector String id) {
		return Refusal.orAnswer(() -> Connection.of(find(id).snapshot()));
	}

	/**
	 * End a connection, and answer once its socket is really closed.
	 * @param mode {@code reset}, the default, or {@code fin}
	 */
	@DeleteOperation
	WebEndpointResponse<Object> end(@Selector String id, @Nullable String mode) {
		return Refusal.orAnswer(() -> {
			Close close = (mode != null) ? Refusal.parse("mode", mode, Close.values(), Labels::of) : Close.RESET;
			return ClosedConnection.of(end(find(id), close).orElseThrow(() -> unknown(id)));
		});
	}

	private static Optional<ConnectionSummary> end(OpenConnection connection, Close close) {
		try {
			return connection.end(close).get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof UnfinishedMessageException unfinished) {
				throw Refusal.conflict(unfinished.getMessage() + "; mode=reset ends it");
			}
			throw new IllegalStateException(ex.getCause());
		}
		catch (TimeoutException ex) {
			throw Refusal.unavailable("The event loop of the connection has not answered within " + PATIENCE.toSeconds()
					+ " s; it is closed as soon as the loop goes on");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw Refusal.unavailable("The server is stopping");
		}
	}

	private Stream<EchoListener> listeners(@Nullable String name) {
		return (name == null) ? this.listeners.enabled().stream() : Stream.of(this.listeners.find(name)
			.orElseThrow(() -> Refusal
				.badRequest("listener is " + Refusal.quoted(name) + ", and no enabled listener has this name")));
	}

	private OpenConnection find(String id) {
		return this.listeners.enabled()
			.stream()
			.flatMap((listener) -> listener.openConnection(id).stream())
			.findFirst()
			.orElseThrow(() -> unknown(id));
	}

	private static Refusal unknown(String id) {
		return Refusal.notFound("No open connection has the id " + Refusal.quoted(id));
	}

	private static int limit(String value) {
		try {
			int limit = Integer.parseInt(value);
			if (limit > 0) {
				return limit;
			}
		}
		catch (NumberFormatException ex) {
			// refused below
		}
		throw Refusal
			.badRequest("limit is " + Refusal.quoted(value) + ", and must be between 1 and " + Integer.MAX_VALUE);
	}

	private static boolean isFrom(ConnectionSnapshot connection, String prefix) {
		String client = connection.details().client();
		return SocketAddresses.text(connection.peer()).startsWith(prefix)
				|| connection.peer().getAddress().getHostAddress().startsWith(prefix)
				|| (client != null && client.startsWith(prefix));
	}

	/**
	 * The orders that a request can ask for. Points in time are compared and not
	 * durations: each snapshot was taken a little later than the one before.
	 */
	private enum Sort {

		AGE(Comparator.comparing(ConnectionSnapshot::openedAt)),

		IDLE(Comparator.comparing(ConnectionSnapshot::lastActiveAt)),

		BYTES(Comparator.comparingLong((ConnectionSnapshot connection) -> connection.bytesIn() + connection.bytesOut())
			.reversed());

		private final Comparator<ConnectionSnapshot> comparator;

		Sort(Comparator<ConnectionSnapshot> comparator) {
			this.comparator = comparator;
		}

	}

	/**
	 * The parameters of a listing.
	 */
	private record Query(@Nullable String listener, @Nullable String peer, int limit, Sort sort) {

	}

	/**
	 * The open connections.
	 *
	 * @param open the number of connections that match, shown or not
	 * @param connections the connections that are shown
	 */
	record Connections(int open, List<Connection> connections) {

	}

	/**
	 * An open connection as JSON shows it.
	 */
	record Connection(String id, String listener, String peer, @JsonInclude(Include.NON_NULL) @Nullable String client,
			String local, Instant openedAt, long ageMillis, long idleMillis, Phase phase, boolean draining,
			long bytesIn, long bytesOut, long messages, @JsonInclude(Include.NON_NULL) @Nullable ProxyDetails proxy,
			@JsonInclude(Include.NON_NULL) @Nullable TlsDetails tls) {

		static Connection of(ConnectionSnapshot connection) {
			return new Connection(connection.id(), connection.listener(), SocketAddresses.text(connection.peer()),
					connection.details().client(), SocketAddresses.text(connection.local()), connection.openedAt(),
					connection.age().toMillis(), connection.idle().toMillis(), connection.phase(),
					connection.draining(), connection.bytesIn(), connection.bytesOut(), connection.messages(),
					connection.details().proxy(), connection.details().tls());
		}

	}

	/**
	 * A connection that was closed, as JSON shows it.
	 */
	record ClosedConnection(String id, String listener, String peer,
			@JsonInclude(Include.NON_NULL) @Nullable String client, long ageMillis, long bytesIn, long bytesOut,
			long messages, String outcome, String end) {

		static ClosedConnection of(ConnectionSummary connection) {
			return new ClosedConnection(connection.id(), connection.listener(), SocketAddresses.text(connection.peer()),
					connection.details().client(), connection.age().toMillis(), connection.bytesIn(),
					connection.bytesOut(), connection.messages(), connection.outcome().toString(),
					connection.fin() ? "FIN" : "RST");
		}

	}

}
