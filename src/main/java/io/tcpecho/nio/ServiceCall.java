package io.tcpecho.nio;

import java.util.concurrent.RejectedExecutionException;

import io.tcpecho.limits.ConnectionTimeouts;
import io.tcpecho.limits.OutOfMemory;
import io.tcpecho.limits.ServiceGate;
import io.tcpecho.payload.ChunkPool;
import io.tcpecho.payload.Payload;
import io.tcpecho.payload.RepeatedReply;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;

/**
 * The one message of a connection that is with the service: where it runs, since when,
 * and what becomes of a call that is given up.
 *
 * <p>
 * Without an executor the service runs on the loop, and its reply is there when the call
 * returns. With one, the reply and the return of the call are tasks of the loop.
 * Everything runs on the loop's thread, but for the call itself.
 */
final class ServiceCall {

	private final @Nullable ServiceGate gate;

	private final ConnectionGateway gateway;

	private final EventLoop loop;

	private final Caller caller;

	/** Takes back the memory of messages whose call has returned. */
	private final ChunkPool chunks;

	/** The message in service. */
	private @Nullable Payload request;

	private long startedAt;

	/** The call of the message in service, where an executor runs it. */
	private @Nullable Run run;

	/** Calls that an executor has not returned from, those given up included. */
	private int running;

	private boolean closed;

	ServiceCall(@Nullable ServiceGate gate, ConnectionGateway gateway, EventLoop loop, Caller caller,
			ChunkPool chunks) {
		this.gate = gate;
		this.gateway = gateway;
		this.loop = loop;
		this.caller = caller;
		this.chunks = chunks;
	}

	/** Take a complete message, and hand it to the service. */
	void start(Payload request, long now) {
		this.request = request;
		this.startedAt = now;
		try {
			Message<?> message = this.gateway.message(request);
			if (this.gate == null) {
				this.gateway.deliver(message);
				requireReply();
			}
			else {
				this.run = new Run(message, request);
				this.running++;
				this.gate.submit(this.run);
			}
		}
		catch (Throwable ex) {
			OutOfMemory.exitIfCauseOf(ex);
			fail(ex);
		}
		if (this.gate == null) {
			this.chunks.takeBack(request);
		}
	}

	private void requireReply() {
		if (isBusy()) {
			fail(new IllegalStateException("The gateway returned without a reply"));
		}
	}

	private void fail(Throwable cause) {
		end();
		this.caller.serviceFailed(cause);
	}

	/**
	 * Take the answer to the message in service.
	 * @return the reply, a {@link Payload} or a {@link RepeatedReply}; null if the answer
	 * cannot be one: the message has failed then
	 */
	@Nullable Object end(@Nullable Object payload) {
		if (payload instanceof Payload earlier && earlier.isGone()) {
			fail(new IllegalStateException("The reply is an earlier message, whose bytes are gone"));
			return null;
		}
		if (payload instanceof Payload || payload instanceof RepeatedReply || payload instanceof byte[]) {
			end();
			return (payload instanceof byte[] bytes) ? Payload.of(bytes) : payload;
		}
		fail(new IllegalStateException(
				"The reply is " + ((payload != null) ? "a " + payload.getClass().getName() : "null")
						+ ", and must be a byte[] or a Payload"));
		return null;
	}

	private void end() {
		this.request = null;
		this.run = null;
	}

	/** Give the call up: it must not hold a message whose reply is no longer wanted. */
	void abandon() {
		Run abandoned = this.run;
		end();
		if (abandoned != null && this.gate != null) {
			abandoned.message = null;
			abandoned.request = null;
			if (this.gate.cancel(abandoned)) {
				this.running--;
			}
		}
	}

	/** Return whether a message is in service. */
	boolean isBusy() {
		return this.request != null;
	}

	/**
	 * Give everything up, and announce the close to the gateway once no call runs: it
	 * would not find the connection when the call returns.
	 */
	void close() {
		abandon();
		this.closed = true;
		announceCloseUnlessRunning();
	}

	private void announceCloseUnlessRunning() {
		if (this.running == 0) {
			this.gateway.connectionClosed();
		}
	}

	/** Return whether the service has taken too long. */
	boolean isOverdue(ConnectionTimeouts timeouts) {
		return this.loop.now() - this.startedAt >= timeouts.service().toNanos();
	}

	/** Return the bytes of memory that the message holds. */
	int held() {
		return (this.request != null) ? this.request.held() : 0;
	}

	/** Return when the message was complete. */
	long startedAt() {
		return this.startedAt;
	}

	private void returned(Run returned, @Nullable Throwable cause) {
		this.running--;
		if (returned.request != null) {
			this.chunks.takeBack(returned.request);
		}
		if (this.run == returned) {
			if (cause != null) {
				fail(cause);
			}
			else {
				requireReply();
			}
		}
		if (this.closed) {
			announceCloseUnlessRunning();
		}
		else {
			this.caller.serviceReturned();
		}
	}

	/** A message on its way through the service on a thread of the executor. */
	private final class Run implements ServiceGate.Call {

		/** Null once the reply is no longer wanted. */
		private volatile @Nullable Message<?> message;

		/** Null once the call is given up: then only the call has its bytes. */
		private @Nullable Payload request;

		Run(@Nullable Message<?> message, Payload request) {
			this.message = message;
			this.request = request;
		}

		@Override
		public void run() {
			Message<?> wanted = this.message;
			Throwable failure = null;
			try {
				if (wanted != null) {
					ServiceCall.this.gateway.deliver(wanted);
				}
			}
			catch (Throwable ex) {
				OutOfMemory.exitIfCauseOf(ex);
				failure = ex;
			}
			failed(failure);
		}

		@Override
		public void failed(@Nullable Throwable failure) {
			try {
				ServiceCall.this.loop.execute(() -> returned(this, failure));
			}
			catch (RejectedExecutionException ex) {
				// The loop has ended, and the connection with it.
				ServiceCall.this.gateway.connectionClosed();
			}
		}

	}

	/** The connection whose messages are served. */
	interface Caller {

		/** The message in service gets no reply. */
		void serviceFailed(Throwable cause);

		/** A call of the executor has returned. */
		void serviceReturned();

	}

}
