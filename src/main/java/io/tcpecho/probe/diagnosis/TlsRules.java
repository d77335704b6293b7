package io.tcpecho.probe.diagnosis;

import java.util.Set;

import io.tcpecho.probe.Verdict;
import io.tcpecho.tls.TlsFailure;
import io.tcpecho.tls.TrustCheck;

/**
 * The rules on TLS that we speak: why a handshake has failed, or its end is missing.
 */
final class TlsRules {

	/** Alerts about the client's certificate, which it sends only if the server asks. */
	private static final Set<String> CERTIFICATE_ALERTS = Set.of("certificate_required", "bad_certificate",
			"unknown_ca", "certificate_unknown", "certificate_expired", "certificate_revoked",
			"unsupported_certificate", "access_denied", "no_certificate", "decrypt_error");

	private static final Set<String> PARAMETER_ALERTS = Set.of("protocol_version", "insufficient_security",
			"no_application_protocol", "inappropriate_fallback");

	private TlsRules() {
	}

	static Opinion plainPort(Symptom symptom) {
		if (!symptom.is(Verdict.TLS_NOT_SPOKEN, Verdict.TLS_STALLED, Verdict.TLS_CUT)) {
			return Opinion.NONE;
		}
		if (symptom.isPlainOk()) {
			return Opinion.likely(99, "without TLS the same message was OK");
		}
		return switch (symptom.verdict()) {
			case TLS_NOT_SPOKEN -> Opinion.likely(95, symptom.detail());
			case TLS_STALLED -> Opinion.likely(50, symptom.detail());
			default -> Opinion.likely(40, symptom.detail());
		};
	}

	static Opinion clientCertificate(Symptom symptom) {
		String alert = alert(symptom);
		if (CERTIFICATE_ALERTS.contains(alert)) {
			return Opinion.likely(95, symptom.detail());
		}
		// OpenSSL answers a missing certificate like that in TLS 1.2.
		return alert.equals("handshake_failure") ? Opinion.likely(symptom.isHelloAnswered() ? 85 : 40, symptom.detail())
				: Opinion.NONE;
	}

	static Opinion parameters(Symptom symptom) {
		if (!symptom.is(Verdict.TLS_REFUSED) || symptom.isSecured()) {
			return Opinion.NONE;
		}
		String alert = alert(symptom);
		if (alert.isEmpty() || PARAMETER_ALERTS.contains(alert)) {
			return Opinion.likely(95, symptom.detail());
		}
		boolean other = CERTIFICATE_ALERTS.contains(alert) || alert.equals("unrecognized_name");
		return (other || symptom.isHelloAnswered()) ? Opinion.NONE : Opinion.likely(55, symptom.detail());
	}

	static Opinion serverName(Symptom symptom) {
		return switch (alert(symptom)) {
			case "unrecognized_name" -> Opinion.likely(95, symptom.detail());
			case "handshake_failure", "internal_error" -> Opinion.likely(30, symptom.detail());
			default -> Opinion.NONE;
		};
	}

	private static String alert(Symptom symptom) {
		TlsFailure failure = symptom.tlsFailure();
		String alert = (failure != null && symptom.is(Verdict.TLS_REFUSED)) ? failure.alert() : null;
		return (alert != null) ? alert : "";
	}

	static Opinion issuer(Symptom symptom) {
		return untrusted(symptom, TrustCheck.ISSUER);
	}

	static Opinion name(Symptom symptom) {
		return untrusted(symptom, TrustCheck.NAME);
	}

	static Opinion date(Symptom symptom) {
		return untrusted(symptom, TrustCheck.DATE);
	}

	private static Opinion untrusted(Symptom symptom, TrustCheck check) {
		TlsFailure failure = symptom.tlsFailure();
		return (symptom.is(Verdict.TLS_UNTRUSTED) && failure != null && failure.check() == check)
				? Opinion.likely(95, symptom.detail()) : Opinion.NONE;
	}

	static Opinion cut(Symptom symptom) {
		if (!symptom.is(Verdict.TLS_CUT)) {
			return Opinion.NONE;
		}
		return symptom.isPlainOk() ? Opinion.NONE : Opinion.likely(45, symptom.detail());
	}

	static Opinion finWithoutCloseNotify(Symptom symptom) {
		// OpenSSL 3 takes a FIN without close_notify for a record that was cut.
		return (symptom.isSecured() && alert(symptom).equals("decode_error")) ? Opinion.likely(90, symptom.detail())
				: Opinion.NONE;
	}

	static Opinion closeNotify(Symptom symptom) {
		return symptom.is(Verdict.NO_CLOSE_NOTIFY) ? Opinion.likely(95, symptom.detail()) : Opinion.NONE;
	}

}
