package io.tcpecho.probe;

/**
 * How far an exchange is at one time. Times are in nanoseconds since it began.
 *
 * @param time the time
 * @param acknowledged bytes of the message that the peer has acknowledged;
 * {@link Evidence#UNKNOWN} if the kernel does not say
 * @param sent bytes of the message that the kernel has taken
 * @param lastSent when it took the last of them; {@link Evidence#UNKNOWN} if none
 * @param received bytes of the reply that have come
 * @param lastReceived when the last of them came; {@link Evidence#UNKNOWN} if none
 */
record Progress(long time, long acknowledged, long sent, long lastSent, long received, long lastReceived) {

}
