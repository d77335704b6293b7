package io.tcpecho.testing;

import io.tcpecho.wire.Wire;

/**
 * A wire that only reads and writes: it keeps nothing back and says nothing of its own,
 * as the wire of a socket.
 */
public interface PlainWire extends Wire {

	@Override
	default boolean flush() {
		return true;
	}

	@Override
	default boolean endOutput() {
		return true;
	}

	@Override
	default boolean isEndedByFin() {
		return true;
	}

	@Override
	default int interest(int wanted) {
		return wanted;
	}

	@Override
	default boolean isEstablished() {
		return true;
	}

	@Override
	default boolean holdsInput() {
		return false;
	}

	@Override
	default void expired() {
	}

	@Override
	default int held() {
		return 0;
	}

}
