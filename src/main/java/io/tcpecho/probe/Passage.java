package io.tcpecho.probe;

import org.jspecify.annotations.Nullable;

/**
 * How long the way in took for one exchange, between the connect and the message.
 * Immutable.
 *
 * @param viaNanos the time from the established connection until the last proxy was a
 * tunnel, in nanoseconds; {@link Result#NEVER} if there is none or it never was
 * @param replica the server that has named itself; null if it has not
 */
public record Passage(long viaNanos, @Nullable String replica) {

}
