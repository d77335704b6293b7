package io.tcpecho.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;

import org.jspecify.annotations.Nullable;

/**
 * What the kernel of Linux knows about the path of one TCP connection: the option
 * {@code TCP_INFO} of its socket. The members have the meaning that
 * {@code struct tcp_info} of {@code linux/tcp.h} gives them. Immutable.
 *
 * @param rttMicros the smoothed round-trip time, in microseconds
 * @param rttVarianceMicros its mean deviation, in microseconds
 * @param pathMtu the path MTU as this side knows it, in bytes
 * @param sendMss the most payload that this side puts into a segment, in bytes
 * @param receiveMss the payload of the peer's segments, as this side estimates it, in
 * bytes
 * @param congestionWindow the congestion window, in segments
 * @param unackedSegments segments that were sent and not acknowledged
 * @param lostSegments those of them that the kernel takes for lost
 * @param totalRetransmits segments that were sent again since the connection began
 */
public record TcpInfo(long rttMicros, long rttVarianceMicros, long pathMtu, long sendMss, long receiveMss,
		long congestionWindow, long unackedSegments, long lostSegments, long totalRetransmits) {

	/** The bytes up to the last member that is read; Linux 2.6.10 and later have them. */
	static final int SIZE_IN_BYTES = 104;

	private static final int SEND_MSS_AT = 16;

	private static final int RECEIVE_MSS_AT = 20;

	private static final int UNACKED_AT = 24;

	private static final int LOST_AT = 32;

	private static final int PATH_MTU_AT = 60;

	private static final int RTT_AT = 68;

	private static final int RTT_VARIANCE_AT = 72;

	private static final int CONGESTION_WINDOW_AT = 80;

	private static final int TOTAL_RETRANSMITS_AT = 100;

	/**
	 * Ask the kernel about a connection; takes some microseconds. Any thread may call it.
	 * @return null if the channel is closed, or if this process cannot ask: that takes
	 * Linux, Java 22 or later, and the rights that the manifest of tcp-echo.jar gives
	 */
	public static @Nullable TcpInfo of(SocketChannel channel) {
		byte[] struct = SocketOptionCall.tcpInfo(channel, SIZE_IN_BYTES);
		return (struct != null) ? parse(struct) : null;
	}

	/**
	 * Find out how to ask. It takes about 0.1 s, for which the first question would hold
	 * up its thread.
	 */
	public static void prepare() {
		try (SocketChannel unconnected = SocketChannel.open()) {
			of(unconnected);
		}
		catch (IOException ex) {
			// No socket can be had now: the first question takes that time.
		}
	}

	/** Read the structure, whose numbers are in the byte order of this machine. */
	static TcpInfo parse(byte[] struct) {
		ByteBuffer bytes = ByteBuffer.wrap(struct).order(ByteOrder.nativeOrder());
		return new TcpInfo(number(bytes, RTT_AT), number(bytes, RTT_VARIANCE_AT), number(bytes, PATH_MTU_AT),
				number(bytes, SEND_MSS_AT), number(bytes, RECEIVE_MSS_AT), number(bytes, CONGESTION_WINDOW_AT),
				number(bytes, UNACKED_AT), number(bytes, LOST_AT), number(bytes, TOTAL_RETRANSMITS_AT));
	}

	private static long number(ByteBuffer bytes, int at) {
		return Integer.toUnsignedLong(bytes.getInt(at));
	}

}
