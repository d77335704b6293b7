package io.tcpecho.probe;

/**
 * How long the way in took for one exchange, between the connect and the message.
 * Immutable.
 *
 * @param viaNanos the time from the established connection until the last proxy was a
 * tunnel, in nanoseconds; {@link Result#NEVER} if there is none or it never was
 */
public record Passage(long viaNanos) {

}
