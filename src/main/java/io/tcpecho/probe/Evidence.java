package io.tcpecho.probe;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Everything that one exchange showed on the wire and in the kernel: what a verdict is
 * made of, and what a diagnosis may use. Immutable.
 *
 * <p>
 * A time is in nanoseconds since the exchange began. What did not happen, or could not be
 * learned, is {@link #UNKNOWN} and never 0.
 *
 * @param setup how the message was to be sent
 * @param route between which addresses
 * @param times when things happened
 * @param traffic how much moved, and how fast
 * @param ending how it ended
 * @param instead what came instead of the message; null if nothing else came
 */
public record Evidence(Setup setup, Route route, Times times, Traffic traffic, Ending ending,
		@Nullable Instead instead) {

	/** A time, count or rate that is not known, or of something that did not happen. */
	public static final long UNKNOWN = -1;

	/** Return the evidence of an exchange that got no further than its setup. */
	public static Evidence none(Setup setup) {
		return new Evidence(setup, Route.UNKNOWN, Times.UNKNOWN, Traffic.UNKNOWN, Ending.NO_CONNECTION, null);
	}

	/**
	 * Return this evidence with what only the one that has looked up the name knows.
	 * @param beganAt the time of day at which the exchange began
	 * @param resolved when the name had its addresses
	 * @param otherAddresses those that were not tried in this exchange
	 */
	public Evidence with(Instant beganAt, long resolved, List<InetAddress> otherAddresses) {
		Times known = this.times;
		return new Evidence(this.setup,
				new Route(this.route.peer, otherAddresses, this.route.local, beganAt, this.route.reused),
				new Times(resolved, known.connected, known.firstSent, known.lastSent, known.finSent,
						known.firstReceived, known.lastReceived, known.peerFin, known.peerReset, known.ended),
				this.traffic, this.ending, this.instead);
	}

	/**
	 * Return what is the same for every exchange with an address: the rest is unknown.
	 */
	public static Evidence towards(InetSocketAddress peer, Setup setup) {
		return new Evidence(setup, new Route(peer, List.of(), null, null, false), Times.UNKNOWN, Traffic.UNKNOWN,
				Ending.FIN, null);
	}

	/** Return whether a time, count or rate is known. */
	public static boolean isKnown(long value) {
		return value != UNKNOWN;
	}

	/** Return whether the peer's RST was seen after its FIN. */
	public boolean hasStrayReset() {
		return isKnown(this.times.peerFin) && isKnown(this.times.peerReset)
				&& this.times.peerReset >= this.times.peerFin;
	}

	/** Return whether our FIN was handed to the kernel. */
	public boolean isFinSent() {
		return isKnown(this.times.finSent);
	}

	/**
	 * How the message was to be sent. All exchanges of a run share one for each size.
	 *
	 * @param framing the name of the framing, such as {@code eof}
	 * @param endedByFin whether our FIN ends the message, as in framing eof
	 * @param messageSize bytes of the message on the wire, framing included
	 * @param timeout the longest time of the exchange in all
	 * @param halfCloseDelay the time from the last byte sent to FIN
	 * @param pauseBefore the time to the first byte from the connect; on a connection
	 * that is kept, from the beginning of the exchange
	 * @param pauseWithin the time between the two halves of the message
	 * @param entrance what comes between the connect and the message, such as
	 * {@code TLS}; empty for nothing
	 */
	public record Setup(String framing, boolean endedByFin, int messageSize, Duration timeout, Duration halfCloseDelay,
			Duration pauseBefore, Duration pauseWithin, String entrance) {

		/**
		 * Create the setup of exchanges that go straight to their peer, in plain text.
		 */
		public Setup(String framing, boolean endedByFin, int messageSize, Duration timeout, Duration halfCloseDelay,
				Duration pauseBefore, Duration pauseWithin) {
			this(framing, endedByFin, messageSize, timeout, halfCloseDelay, pauseBefore, pauseWithin, "");
		}

		/** Return the setup of a message that is sent without a pause. */
		public static Setup of(MessageFormat format, int messageSize, Duration timeout, Duration halfCloseDelay) {
			return new Setup(format.toString(), format.isEndedByFin(), messageSize, timeout, halfCloseDelay,
					Duration.ZERO, Duration.ZERO);
		}

		/** Return this setup with pauses. */
		public Setup pausing(Duration before, Duration within) {
			return new Setup(this.framing, this.endedByFin, this.messageSize, this.timeout, this.halfCloseDelay, before,
					within, this.entrance);
		}

		/** Return whether TLS is spoken. */
		public boolean isTls() {
			return List.of(this.entrance.split(", ")).contains("TLS");
		}

		/** Return whether a PROXY header is sent. */
		public boolean hasProxyHeader() {
			return this.entrance.contains("PROXY ");
		}

		/** Return this setup with something between the connect and the message. */
		public Setup by(Entrance other) {
			return new Setup(this.framing, this.endedByFin, this.messageSize, this.timeout, this.halfCloseDelay,
					this.pauseBefore, this.pauseWithin, other.toString());
		}

	}

	/**
	 * Where the exchange went.
	 *
	 * @param peer the address that was tried; null if there was none
	 * @param otherAddresses what else the name stands for; empty if nothing or unknown
	 * @param local our own address and port; null if there was no socket
	 * @param beganAt the time of day at which it began; null if unknown
	 * @param reused whether the connection had carried another exchange before
	 */
	public record Route(@Nullable InetSocketAddress peer, List<InetAddress> otherAddresses,
			@Nullable InetSocketAddress local, @Nullable Instant beganAt, boolean reused) {

		/** Nothing is known of it. */
		public static final Route UNKNOWN = new Route(null, List.of(), null, null, false);

		/** Copy the list. */
		public Route {
			otherAddresses = List.copyOf(otherAddresses);
		}

	}

	/**
	 * When things happened, each in nanoseconds since the exchange began.
	 *
	 * @param resolved the name had its addresses
	 * @param connected the connection was established
	 * @param firstSent the kernel took the first byte of the message
	 * @param lastSent the kernel last took a byte of the message
	 * @param finSent our FIN was handed to the kernel
	 * @param firstReceived the first byte came, a wrong one included
	 * @param lastReceived the last byte came, a wrong one included
	 * @param peerFin the peer's FIN was read
	 * @param peerReset a RST of the peer was noticed; later than {@code peerFin} if it
	 * came after FIN
	 * @param ended the exchange was over
	 */
	public record Times(long resolved, long connected, long firstSent, long lastSent, long finSent, long firstReceived,
			long lastReceived, long peerFin, long peerReset, long ended) {

		/** Nothing is known of them. */
		public static final Times UNKNOWN = new Times(Evidence.UNKNOWN, Evidence.UNKNOWN, Evidence.UNKNOWN,
				Evidence.UNKNOWN, Evidence.UNKNOWN, Evidence.UNKNOWN, Evidence.UNKNOWN, Evidence.UNKNOWN,
				Evidence.UNKNOWN, Evidence.UNKNOWN);

	}

	/**
	 * How much moved, and how fast.
	 *
	 * @param sent bytes of the message that the kernel took
	 * @param received bytes that came, up to the first wrong one
	 * @param unacknowledged bytes, FIN included as one, that the kernel held at the end
	 * because the peer had not acknowledged them
	 * @param retransmissions how often the kernel had sent its oldest unacknowledged
	 * bytes again, in a row, at the end
	 * @param sendRate bytes a second that the kernel took in the last stretch before the
	 * end, 0 if they stood still
	 * @param receiveRate bytes a second that came in the last stretch before the end, 0
	 * if they stood still
	 * @param endsLine whether the right bytes that came end with a line feed: a listener
	 * of lines answers no more than that
	 */
	public record Traffic(long sent, long received, long unacknowledged, long retransmissions, long sendRate,
			long receiveRate, boolean endsLine) {

		/** Nothing is known of it. */
		public static final Traffic UNKNOWN = new Traffic(Evidence.UNKNOWN, Evidence.UNKNOWN, Evidence.UNKNOWN,
				Evidence.UNKNOWN, Evidence.UNKNOWN, Evidence.UNKNOWN, false);

	}

	/** How an exchange ended. */
	public enum Ending {

		/** There was no connection. */
		NO_CONNECTION,

		/** The peer's FIN came, and had not come before our first byte went. */
		FIN,

		/** A RST came, and had not come before our first byte went. */
		RESET,

		/** The peer's FIN was there before our first byte went. */
		FIN_BEFORE_FIRST_BYTE,

		/** A RST was there before our first byte went. */
		RESET_BEFORE_FIRST_BYTE,

		/** The timeout passed. */
		TIMEOUT,

		/** We had seen enough, and the peer had not ended it. */
		OURS;

		/** Return whether the peer's FIN ended it. */
		public boolean isFin() {
			return this == FIN || this == FIN_BEFORE_FIRST_BYTE;
		}

		/** Return whether a RST ended it. */
		public boolean isReset() {
			return this == RESET || this == RESET_BEFORE_FIRST_BYTE;
		}

		/** Return whether the peer had ended it before our first byte went. */
		public boolean isBeforeFirstByte() {
			return this == FIN_BEFORE_FIRST_BYTE || this == RESET_BEFORE_FIRST_BYTE;
		}

	}

}
