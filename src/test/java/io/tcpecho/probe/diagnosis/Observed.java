package io.tcpecho.probe.diagnosis;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tcpecho.probe.Evidence;
import io.tcpecho.probe.Evidence.Ending;
import io.tcpecho.probe.Evidence.Route;
import io.tcpecho.probe.Evidence.Setup;
import io.tcpecho.probe.Evidence.Times;
import io.tcpecho.probe.Evidence.Traffic;
import io.tcpecho.probe.Instead;
import io.tcpecho.probe.MessageFormat;
import io.tcpecho.probe.Passage;
import io.tcpecho.probe.Passage.Session;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.Verdict;
import io.tcpecho.tls.TlsFailure;

/**
 * An exchange that never was, with the evidence that a test gives it. Times are in
 * milliseconds since the beginning. Without more it is an exchange of 64 bytes in framing
 * eof to 192.0.2.1:7007, connected after 1 ms; message and FIN went out at 2 ms.
 */
final class Observed {

	private final Verdict verdict;

	private String framing = "eof";

	private int size = 64;

	private Duration halfCloseDelay = Duration.ZERO;

	private Duration pauseBefore = Duration.ZERO;

	private String address = "192.0.2.1";

	private int port = 7007;

	private List<InetAddress> others = List.of();

	private double sentAt = 2;

	private double finAt = 2;

	private double receivedAt = -1;

	private double endAt = -1;

	private double resetAfterFinAt = -1;

	private double endedAt = 100;

	private long sent = -1;

	private long received;

	private boolean endsLine;

	private long unacknowledged = -1;

	private long retransmissions = -1;

	private long rate = -1;

	private boolean up;

	private Ending ending = Ending.TIMEOUT;

	private Instead instead;

	private String entrance = "";

	private Passage passage;

	private Observed(Verdict verdict) {
		this.verdict = verdict;
	}

	static Observed of(Verdict verdict) {
		return new Observed(verdict);
	}

	static Observed ok() {
		return of(Verdict.OK).received(64).fin(5);
	}

	Observed framing(String name) {
		this.framing = name;
		this.finAt = -1;
		return this;
	}

	Observed size(int bytes) {
		this.size = bytes;
		return this;
	}

	Observed to(String address, int port) {
		this.address = address;
		this.port = port;
		return this;
	}

	Observed others(String... addresses) {
		this.others = Arrays.stream(addresses).map(Observed::inet).toList();
		return this;
	}

	/** Our FIN went so long after the message; never, if the peer ended it before. */
	Observed halfCloseDelay(long millis) {
		this.halfCloseDelay = Duration.ofMillis(millis);
		this.finAt = this.sentAt + millis;
		return this;
	}

	Observed pauseBefore(long millis) {
		this.pauseBefore = Duration.ofMillis(millis);
		this.sentAt = 1 + millis;
		this.finAt = this.sentAt;
		return this;
	}

	Observed noFinSent() {
		this.finAt = -1;
		return this;
	}

	/** The peer's FIN came at that time. */
	Observed fin(double millis) {
		this.endAt = millis;
		this.endedAt = millis;
		this.ending = Ending.FIN;
		return this;
	}

	/** A RST came at that time. */
	Observed rst(double millis) {
		this.endAt = millis;
		this.endedAt = millis;
		this.ending = Ending.RESET;
		return this;
	}

	Observed beforeFirstByte() {
		this.ending = (this.ending == Ending.FIN) ? Ending.FIN_BEFORE_FIRST_BYTE : Ending.RESET_BEFORE_FIRST_BYTE;
		return this;
	}

	Observed rstAfterFin(double millis) {
		this.resetAfterFinAt = millis;
		return this;
	}

	Observed noConnection() {
		this.ending = Ending.NO_CONNECTION;
		return this;
	}

	Observed received(long bytes) {
		this.received = bytes;
		this.receivedAt = 4;
		return this;
	}

	/** Let the bytes that came end with a line feed. */
	Observed endingInLine() {
		this.endsLine = true;
		return this;
	}

	Observed sent(long bytes) {
		this.sent = bytes;
		return this;
	}

	Observed kernel(long unacknowledged, long retransmissions) {
		this.unacknowledged = unacknowledged;
		this.retransmissions = retransmissions;
		return this;
	}

	Observed rate(boolean up, long bytesPerSecond) {
		this.up = up;
		this.rate = bytesPerSecond;
		return this;
	}

	/** This came instead; an asterisk stands for our message. */
	Observed instead(String text) {
		byte[] message = MessageFormat.of(this.framing).message(this.size, 7, 1);
		String came = text.replace("*", new String(message, StandardCharsets.ISO_8859_1));
		this.instead = Instead.of(this.received, ByteBuffer.wrap(came.getBytes(StandardCharsets.ISO_8859_1)), message);
		this.ending = Ending.OURS;
		return this;
	}

	/** Let the exchange have entered the path like that. */
	Observed by(String entrance) {
		this.entrance = entrance;
		return this;
	}

	/** Let TLS have failed like that, before the end of the handshake or after it. */
	Observed tlsFailure(TlsFailure failure, boolean handshakeFinished, long bytesReceived) {
		this.entrance = "TLS";
		this.passage = new Passage(
				Result.NEVER, handshakeFinished ? 1 : Result.NEVER, bytesReceived, handshakeFinished
						? new Session("TLSv1.3", "TLS_AES_128_GCM_SHA256", null, null, false, null, null) : null,
				failure, null);
		return this;
	}

	private Result result(long seq) {
		MessageFormat format = MessageFormat.of(this.framing);
		int onWire = format.sizeOnWire(this.size);
		Setup setup = new Setup(this.framing, format.isEndedByFin(), onWire, Duration.ofSeconds(5), this.halfCloseDelay,
				this.pauseBefore, Duration.ZERO, this.entrance);
		boolean fin = this.ending.isFin();
		boolean connected = this.ending != Ending.NO_CONNECTION;
		long received = (this.verdict == Verdict.OK) ? onWire : this.received;
		Times times = new Times(-1, connected ? nanos(1) : -1, connected ? nanos(this.sentAt) : -1,
				connected ? nanos(this.sentAt) : -1, nanos(this.finAt), nanos(this.receivedAt), nanos(this.receivedAt),
				fin ? nanos(this.endAt) : -1, fin ? nanos(this.resetAfterFinAt) : nanos(this.endAt),
				nanos(this.endedAt));
		Traffic traffic = new Traffic((this.sent < 0) ? onWire : this.sent, received, this.unacknowledged,
				this.retransmissions, this.up ? this.rate : -1, this.up ? -1 : this.rate, this.endsLine);
		Evidence evidence = new Evidence(setup,
				new Route(new InetSocketAddress(inet(this.address), this.port), this.others, null, null, false), times,
				traffic, this.ending, this.instead);
		return new Result(seq, this.size, this.verdict, traffic.sent(), received, times.connected(),
				times.firstReceived(), times.ended(), "", evidence, this.passage);
	}

	private static long nanos(double millis) {
		return (millis < 0) ? Evidence.UNKNOWN : (long) (millis * TimeUnit.MILLISECONDS.toNanos(1));
	}

	private static InetAddress inet(String address) {
		try {
			return InetAddress.getByName(address);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/** Diagnose exchanges in this order. */
	static Diagnosis diagnose(Observed... exchanges) {
		return diagnose(List.of(), exchanges);
	}

	/** Diagnose exchanges in this order, and answers to other first bytes. */
	static Diagnosis diagnose(List<Answer> answers, Observed... exchanges) {
		List<Result> results = new ArrayList<>();
		for (Observed exchange : exchanges) {
			results.add(exchange.result(results.size() + 1));
		}
		Observations observations = Observations.of(results);
		answers.forEach(observations::add);
		return Diagnosis.of(observations);
	}

	/** Return so many exchanges with the same evidence, then others. */
	static Observed[] times(int count, Observed exchange, Observed... others) {
		List<Observed> all = new ArrayList<>(Collections.nCopies(count, exchange));
		all.addAll(List.of(others));
		return all.toArray(Observed[]::new);
	}

}
