package io.tcpecho.soak;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;

import io.tcpecho.testing.Crowd;
import io.tcpecho.testing.Payload;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import io.tcpecho.testing.Peer.Reply;
import io.tcpecho.testing.Waits;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that make one exchange after the other whatever becomes of the server, and
 * check every byte: each reply is complete, or its connection is reset. They never retry.
 */
final class SteadyClients implements AutoCloseable {

	private static final int LARGEST_MESSAGE = 5 * 1024;

	private static final int PAUSE_IN_MILLIS = 4;

	private static final int PAUSE_AFTER_REFUSAL_IN_MILLIS = 50;

	private final LongAdder complete = new LongAdder();

	private final LongAdder reset = new LongAdder();

	private final LongAdder refused = new LongAdder();

	private final Recorder nanos = new Recorder(3);

	private final int port;

	private final Crowd crowd;

	SteadyClients(int port, int count) {
		this.port = port;
		this.crowd = Crowd.start(count, Integer.MAX_VALUE, this::exchange);
	}

	/** Return the exchanges that were complete. */
	long complete() {
		return this.complete.sum();
	}

	/** Return the connections that the server reset. */
	long reset() {
		return this.reset.sum();
	}

	/** Return the connects that were refused, because no server listened. */
	long refused() {
		return this.refused.sum();
	}

	/** Return the times of the exchanges since it was asked last, in nanoseconds. */
	Histogram nanos() {
		return this.nanos.getIntervalHistogram();
	}

	/** Fail if one of them has met what must not be. */
	void check() {
		this.crowd.check();
	}

	private void exchange(int number) {
		byte[] message = Payload.random(1 + new Random(number).nextInt(LARGEST_MESSAGE), number);
		long begin = System.nanoTime();
		try (Peer peer = Peer.connect(this.port)) {
			Reply reply = peer.trySend(message).readAfterHalfClose();
			if (reply.end() == End.FIN) {
				assertThat(reply.bytes()).as("reply %d", number).isEqualTo(message);
				this.nanos.recordValue(System.nanoTime() - begin);
				this.complete.increment();
			}
			else {
				assertThat(reply.end()).as("end of reply %d", number).isEqualTo(End.RST);
				assertThat(Arrays.mismatch(reply.bytes(), message)).as("difference in reply %d", number)
					.isIn(-1, reply.bytes().length);
				this.reset.increment();
			}
			Waits.pause(PAUSE_IN_MILLIS);
		}
		catch (UncheckedIOException ex) {
			assertThat(ex).hasCauseInstanceOf(ConnectException.class);
			this.refused.increment();
			Waits.pause(PAUSE_AFTER_REFUSAL_IN_MILLIS);
		}
	}

	/** Let each end after its exchange. */
	void stop() {
		this.crowd.stop();
	}

	@Override
	public void close() {
		this.crowd.close();
	}

}
