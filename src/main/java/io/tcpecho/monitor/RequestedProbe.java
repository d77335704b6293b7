package io.tcpecho.monitor;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.tcpecho.monitor.PrometheusText.Label;
import io.tcpecho.probe.AddressFamily;
import io.tcpecho.probe.Evidence;
import io.tcpecho.probe.Evidence.Times;
import io.tcpecho.probe.Passage;
import io.tcpecho.probe.Passage.Session;
import io.tcpecho.probe.Result;
import io.tcpecho.probe.ResultJson;
import io.tcpecho.probe.Target;
import io.tcpecho.probe.Verdict;
import io.tcpecho.probe.diagnosis.Cause;
import io.tcpecho.probe.diagnosis.Diagnosis;
import io.tcpecho.text.Printable;
import org.jspecify.annotations.Nullable;

/**
 * The result of a probe that a request has asked for, as metrics and as JSON. Immutable.
 *
 * <p>
 * A metric that blackbox_exporter has, too, has its name and its meaning. What did not
 * happen has no metric.
 *
 * @param target what was probed
 * @param module the name of the settings
 * @param result the result
 */
public record RequestedProbe(Target target, String module, Result result) {

	private static final double NANOS_PER_SECOND = 1e9;

	/** Return it as metrics of Prometheus' text format. */
	public String metrics() {
		Verdict verdict = this.result.verdict();
		Times times = this.result.evidence().times();
		InetSocketAddress peer = this.result.evidence().route().peer();
		PrometheusText text = new PrometheusText();
		text.gauge("probe_success", "Whether the exchange was OK", (verdict == Verdict.OK) ? 1 : 0);
		text.gauge("probe_duration_seconds", "Duration of the probe, with the look-up of the name",
				this.result.totalNanos() / NANOS_PER_SECOND);
		if (Evidence.isKnown(times.resolved())) {
			text.gauge("probe_dns_lookup_time_seconds", "Duration of the look-up of the name",
					times.resolved() / NANOS_PER_SECOND);
		}
		text.gauge("probe_ip_protocol", "4 or 6 for the version of IP that was used; 0 if the name had no address",
				(peer == null) ? 0 : (AddressFamily.of(peer.getAddress()) == AddressFamily.IPV4) ? 4 : 6);
		Session session = session();
		if (session != null) {
			session(text, session);
		}
		List<Cause> causes = causes();
		text.gauge("probe_echo_verdict_info", "The verdict of the exchange, and the likeliest cause if it is not OK", 1,
				new Label("verdict", verdict.name()),
				new Label("cause", causes.isEmpty() ? "" : causes.get(0).kind().label()));
		phases(text, times);
		text.gauge("probe_echo_sent_bytes", "Bytes of the message that the kernel took", this.result.bytesSent());
		text.gauge("probe_echo_received_bytes", "Right bytes of the reply that came", this.result.bytesReceived());
		return text.toString();
	}

	private static void session(PrometheusText text, Session session) {
		Instant expiresAt = session.expiresAt();
		if (expiresAt != null) {
			text.gauge("probe_ssl_earliest_cert_expiry", "Time at which the first certificate of the chain expires",
					expiresAt.getEpochSecond());
		}
		text.gauge("probe_tls_version_info", "The version of TLS", 1,
				new Label("version", session.version().replace("TLSv", "TLS ")));
		text.gauge("probe_tls_cipher_info", "The cipher suite of TLS", 1, new Label("cipher", session.cipherSuite()));
	}

	/** Write how long each phase took; none overlaps another. */
	private void phases(PrometheusText text, Times times) {
		Passage passage = this.result.passage();
		phase(text, "resolve", times.resolved());
		phase(text, "connect", this.result.connectNanos());
		phase(text, "tls", (passage != null) ? passage.tlsNanos() : Result.NEVER);
		phase(text, "send", between(times.firstSent(), times.finSent()));
		phase(text, "first_byte", between(Math.max(times.lastSent(), times.finSent()), this.result.firstByteNanos()));
		phase(text, "receive", between(this.result.firstByteNanos(), times.ended()));
	}

	private static long between(long from, long to) {
		return (from < 0 || to < 0) ? Result.NEVER : Math.max(0, to - from);
	}

	private static void phase(PrometheusText text, String name, long nanos) {
		if (nanos >= 0) {
			text.gauge("probe_echo_duration_seconds", "Duration of a phase of the exchange", nanos / NANOS_PER_SECOND,
					new Label("phase", name));
		}
	}

	/** Return the metrics below what is known beside them, for a reader. */
	public String debug() {
		StringBuilder text = new StringBuilder();
		text.append("Probe of ").append(this.target).append(" with the settings of ").append(this.module).append('\n');
		text.append(this.result.verdict())
			.append(this.result.detail().isEmpty() ? "" : ": " + Printable.of(this.result.detail()))
			.append('\n');
		Diagnosis.of(List.of(this.result))
			.lines(this.result.verdict())
			.forEach((line) -> text.append(Printable.of(line)).append('\n'));
		text.append(json()).append('\n');
		return text.append("\nMetrics that would have been returned:\n").append(metrics()).toString();
	}

	/**
	 * Return it as JSON: the members of {@code probe --json}, and the causes.
	 */
	public String json() {
		return ResultJson.of(this.result, "target", this.target)
			.with("module", this.module)
			.with("causes", causes().stream().map(Cause::json).toList())
			.toString();
	}

	private List<Cause> causes() {
		return Diagnosis.of(List.of(this.result)).causes();
	}

	private @Nullable Session session() {
		Passage passage = this.result.passage();
		return (passage != null) ? passage.session() : null;
	}

	/**
	 * Return the time that Prometheus gives a scrape.
	 * @param header the value of X-Prometheus-Scrape-Timeout-Seconds; null for none
	 * @throws ProbeRefusedException if it is no positive number of seconds
	 */
	public static @Nullable Duration scrapeTimeout(@Nullable String header) {
		if (header == null) {
			return null;
		}
		if (!header.matches("[0-9]{1,6}(\\.[0-9]{1,9})?") || Double.parseDouble(header) <= 0) {
			throw new ProbeRefusedException(ProbeRefusedException.Reason.MALFORMED,
					"X-Prometheus-Scrape-Timeout-Seconds is '" + Printable.of(header)
							+ "', and must be a number of seconds over 0");
		}
		return Duration.ofNanos((long) (Double.parseDouble(header) * NANOS_PER_SECOND));
	}

}
