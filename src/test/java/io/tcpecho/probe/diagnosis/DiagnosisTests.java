package io.tcpecho.probe.diagnosis;

import java.util.List;

import io.tcpecho.probe.Verdict;
import io.tcpecho.tls.TlsFailure;
import io.tcpecho.tls.TrustCheck;
import org.assertj.core.api.AbstractComparableAssert;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.tcpecho.probe.diagnosis.Observed.diagnose;
import static io.tcpecho.probe.diagnosis.Observed.of;
import static io.tcpecho.probe.diagnosis.Observed.ok;
import static io.tcpecho.probe.diagnosis.Observed.times;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What evidence leaves possible, what it excludes, and which cause comes first.
 */
class DiagnosisTests {

	@Test
	void whenEverythingIsOkThereIsNoCause() {
		Diagnosis diagnosis = diagnose(ok(), ok().size(5000), ok().halfCloseDelay(3500).fin(3600),
				ok().framing("line"));
		assertThat(diagnosis.causes()).isEmpty();
		assertThat(diagnosis.ruledOut()).isEmpty();
		assertThat(diagnosis.lines(Verdict.OK)).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OK")
	void whenNothingButTheVerdictIsKnownThereIsASentenceInTwoLinesAtMost(Verdict verdict) {
		for (String framing : List.of("eof", "line", "length-4")) {
			assertThat(diagnose(of(verdict).framing(framing)).lines(verdict)).hasSizeBetween(1, 2)
				.allMatch((line) -> line.matches("([A-Z]|or: ).{20,}\\."))
				.noneMatch((line) -> line.contains("-1 "));
		}
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "OK", "EARLY_REPLY" })
	void whenTheFramingSendsNoHalfCloseNoneIsBlamed(Verdict verdict) {
		for (String framing : List.of("line", "crlf", "length-1", "length-2", "length-4", "fixed", "stream")) {
			for (Observed end : List.of(of(verdict), of(verdict).rst(5), of(verdict).fin(5), of(verdict).fin(3000))) {
				causes(diagnose(end.framing(framing))).doesNotContain(Kind.HALF_CLOSE_LOST, Kind.FIN_NOT_PASSED,
						Kind.HALF_CLOSE_LIMIT, Kind.SERVER_CLOSES);
				text(diagnose(end.framing(framing)), verdict).doesNotContain("half-close", "our FIN");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OK")
	void whenAByteOfTheReplyCameNoBackendIsMissing(Verdict verdict) {
		causes(diagnose(of(verdict).received(1).fin(5))).doesNotContain(Kind.NO_BACKEND);
		causes(diagnose(of(verdict).fin(5), of(Verdict.TRUNCATED).received(1).fin(5))).doesNotContain(Kind.NO_BACKEND);
		causes(diagnose(of(verdict).fin(5), ok())).doesNotContain(Kind.NO_BACKEND);
	}

	// Half-closes and backends

	@Test
	void whenOnlyAPlainReplyIsLostHalfCloseAndBackendAreBothNamed() {
		Diagnosis diagnosis = diagnose(of(Verdict.REPLY_LOST).fin(2.3));
		likeliest(diagnosis).isEqualTo(Kind.HALF_CLOSE_LOST);
		causes(diagnosis).contains(Kind.NO_BACKEND, Kind.SERVER_CLOSES, Kind.TLS_PORT, Kind.RESET_AS_FIN);
		text(diagnosis, Verdict.REPLY_LOST).contains("FIN came 0.3 ms after our FIN, with 0 of 64 bytes of the reply",
				"no backend is up behind a proxy", "the port expects TLS");
	}

	@Test
	void whenEndsFollowOurFinWheneverItGoesTheHalfCloseIsLost() {
		Diagnosis diagnosis = diagnose(of(Verdict.REPLY_LOST).fin(2.3),
				of(Verdict.REPLY_LOST).halfCloseDelay(3500).fin(3502.4));
		likeliest(diagnosis).isEqualTo(Kind.HALF_CLOSE_LOST);
		ruledOut(diagnosis).contains(Kind.NO_BACKEND, Kind.HALF_CLOSE_LIMIT);
	}

	@ParameterizedTest
	@ValueSource(doubles = { 1.2, 3001 })
	void whenThePeerEndsADelayedExchangeAloneTheBackendIsMissing(double end) {
		Diagnosis diagnosis = diagnose(of(Verdict.REPLY_LOST).fin(Math.max(end, 2.1)),
				of(Verdict.EARLY_CLOSE).halfCloseDelay(3500).noFinSent().fin(end));
		likeliest(diagnosis).isEqualTo(Kind.NO_BACKEND);
		ruledOut(diagnosis).contains(Kind.HALF_CLOSE_LOST);
	}

	@Test
	void whenFinComesAfterHaproxysRetriesTheBackendComesFirst() {
		likeliest(diagnose(times(5, of(Verdict.REPLY_LOST).fin(3003)))).isEqualTo(Kind.NO_BACKEND);
		likeliest(diagnose(times(5, of(Verdict.REPLY_LOST).fin(1502)))).isEqualTo(Kind.HALF_CLOSE_LIMIT);
	}

	@Test
	void whenThePeerHadEndedItBeforeOurFirstByteOnlyTheBackendIsLeft() {
		for (Observed end : List.of(of(Verdict.EARLY_CLOSE).noFinSent().fin(1.2).beforeFirstByte(),
				of(Verdict.RESET_WHILE_SENDING).noFinSent().rst(1.2).beforeFirstByte())) {
			causes(diagnose(end)).containsExactly(Kind.NO_BACKEND);
			assertThat(diagnose(end).causes().get(0).reason())
				.endsWith(" came 0.2 ms after the connect, before our first byte went");
		}
	}

	@Test
	void whenFinAndRstTakeTurnsTheBackendComesFirst() {
		likeliest(diagnose(of(Verdict.REPLY_LOST).fin(2.3), of(Verdict.RESET_AFTER_FIN).rst(2.4)))
			.isEqualTo(Kind.NO_BACKEND);
	}

	@Test
	void whenEndsComeAFixedTimeAfterOurFinItIsALimitOfHalfClosedConnections() {
		Diagnosis diagnosis = diagnose(of(Verdict.REPLY_LOST).fin(1002),
				of(Verdict.REPLY_LOST).halfCloseDelay(3500).fin(4502));
		likeliest(diagnosis).isEqualTo(Kind.HALF_CLOSE_LIMIT);
		assertThat(diagnosis.causes().get(0).reason()).contains("1.00 s after our FIN");
		ruledOut(diagnosis).contains(Kind.NO_BACKEND);
	}

	@Test
	void whenOnlySomeExchangesLoseTheReplyItIsARaceOrOneBackend() {
		Diagnosis diagnosis = diagnose(times(3, ok(), of(Verdict.REPLY_LOST).fin(2.3)));
		likeliest(diagnosis).isEqualTo(Kind.ONE_OF_SEVERAL);
		causes(diagnosis).contains(Kind.HALF_CLOSE_LOST);
		assertThat(diagnosis.causes().get(0).reason()).isEqualTo("1 of 4 exchanges were REPLY_LOST, 3 OK");
	}

	@Test
	void whenAllBytesAreAcknowledgedAndNothingComesOurFinMayNotBePassedOn() {
		Diagnosis diagnosis = diagnose(of(Verdict.NO_REPLY).kernel(0, 0));
		likeliest(diagnosis).isEqualTo(Kind.FIN_NOT_PASSED);
		causes(diagnosis).contains(Kind.SERVER_SILENT);
		ruledOut(diagnosis).contains(Kind.PACKETS_DROPPED);
		likeliest(diagnose(of(Verdict.NO_REPLY).kernel(0, 0), ok().framing("line").to("192.0.2.1", 7008)))
			.isEqualTo(Kind.FIN_NOT_PASSED);
		causes(diagnose(of(Verdict.NO_REPLY).kernel(0, 0), ok())).doesNotContain(Kind.FIN_NOT_PASSED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "eof", "line" })
	void whenAllBytesCameAndFinDoesNotNothingElseIsPossible(String framing) {
		int size = framing.equals("line") ? 65 : 64;
		Diagnosis diagnosis = diagnose(of(Verdict.STALLED).framing(framing).received(size));
		causes(diagnosis).containsExactly(Kind.PEER_FIN_MISSING);
		text(diagnosis, Verdict.STALLED).contains("all " + size + " bytes of the reply came")
			.doesNotContain("MTU", "buffer", "dropped");
	}

	@Test
	void whenFinIsMissingOnlyNowAndThenItMayBeLate() {
		Observed late = of(Verdict.STALLED).received(64);
		likeliest(diagnose(ok(), late, of(Verdict.NO_REPLY), of(Verdict.NO_REPLY))).isEqualTo(Kind.SERVER_SILENT);
		assertThat(diagnose(ok(), late).causes().get(0).reason()).contains("in 1 of 2 exchanges", "may only be late");
	}

	@Test
	void whenAByteIsMissingTooFinIsNotAllThatIsMissing() {
		causes(diagnose(of(Verdict.STALLED).received(63))).doesNotContain(Kind.PEER_FIN_MISSING)
			.contains(Kind.REPLY_STUCK, Kind.PACKETS_DROPPED);
	}

	// Limits

	@Test
	void whenOnlyAnIdleExchangeIsEndedItIsTheIdleLimit() {
		Observed idle = of(Verdict.RESET_WHILE_SENDING).halfCloseDelay(3000).noFinSent().rst(2032);
		Diagnosis diagnosis = diagnose(ok(), idle);
		likeliest(diagnosis).isEqualTo(Kind.IDLE_LIMIT);
		text(diagnosis, Verdict.RESET_WHILE_SENDING).contains("idle for 2.03 s", "without a pause it is OK");
		causes(diagnose(idle)).contains(Kind.IDLE_LIMIT, Kind.NO_BACKEND);
	}

	@Test
	void whenALongerPauseIsOkNoIdleLimitIsNamed() {
		causes(diagnose(ok().halfCloseDelay(4000).fin(4010),
				of(Verdict.RESET_WHILE_SENDING).halfCloseDelay(3000).noFinSent().rst(2032)))
			.doesNotContain(Kind.IDLE_LIMIT);
	}

	@Test
	void whenThePeerEndsAPausedExchangeAtOnceNoIdleLimitIsNamed() {
		Diagnosis diagnosis = diagnose(of(Verdict.EARLY_CLOSE).halfCloseDelay(3000).noFinSent().fin(4));
		ruledOut(diagnosis).contains(Kind.IDLE_LIMIT);
	}

	@ParameterizedTest
	@EnumSource(names = { "RESET_AFTER_FIN", "NO_REPLY", "REPLY_LOST" })
	void whenAnExchangeFailsAfterItsPauseOnlyThePathHasForgottenIt(Verdict verdict) {
		likeliest(diagnose(ok(), of(verdict).halfCloseDelay(5000).rst(5003))).isEqualTo(Kind.IDLE_LIMIT);
	}

	@Test
	void whenEveryExchangeEndsAfterTheSameTimeItIsATimeLimit() {
		Observed cut = of(Verdict.TRUNCATED).size(1_000_000).received(400_000);
		Diagnosis diagnosis = diagnose(cut.fin(2001), of(Verdict.TRUNCATED).size(1_000_000).received(500_000).fin(2003),
				of(Verdict.TRUNCATED).size(1_000_000).received(300_000).fin(1990));
		likeliest(diagnosis).isEqualTo(Kind.TIME_LIMIT);
		Diagnosis longer = diagnose(cut, of(Verdict.TRUNCATED).size(1_000_000).received(500_000).fin(2003),
				ok().fin(9000));
		causes(longer).doesNotContain(Kind.TIME_LIMIT);
	}

	@Test
	void whenOnlyLargeMessagesAreResetItIsALimitOfSize() {
		Diagnosis diagnosis = diagnose(ok(), ok().size(5120), of(Verdict.RESET_AFTER_FIN).size(6144).rst(2.4),
				of(Verdict.RESET_WHILE_SENDING).size(1_000_000).noFinSent().rst(2.4));
		likeliest(diagnosis).isEqualTo(Kind.MESSAGE_LIMIT);
		text(diagnosis, Verdict.RESET_AFTER_FIN)
			.contains("messages up to 5120 bytes are OK, those from 6144 bytes on are not");
		likeliest(diagnose(of(Verdict.RESET_AFTER_FIN).size(6144).rst(2.4))).isEqualTo(Kind.MESSAGE_LIMIT);
	}

	@Test
	void whenALargerMessageIsOkNoLimitOfSizeIsNamed() {
		causes(diagnose(ok().size(10_000), of(Verdict.RESET_AFTER_FIN).size(6144).rst(2.4)))
			.doesNotContain(Kind.MESSAGE_LIMIT);
		causes(diagnose(of(Verdict.RESET_AFTER_FIN).rst(2.4))).doesNotContain(Kind.MESSAGE_LIMIT);
	}

	// Silence

	@Test
	void whenSmallMessagesPassAndLargeOnesHangItIsThePathMtu() {
		Diagnosis diagnosis = diagnose(ok(), ok().size(1000), of(Verdict.NO_REPLY).size(2000).kernel(2001, 4),
				of(Verdict.NO_REPLY).size(64_000).kernel(64_001, 4),
				of(Verdict.SEND_STALLED).size(1_000_000).sent(200_000).noFinSent().kernel(200_000, 4));
		likeliest(diagnosis).isEqualTo(Kind.PATH_MTU);
		text(diagnosis, Verdict.NO_REPLY)
			.contains("messages up to 1000 bytes are OK, those from 2000 bytes on get no answer", "sent again 4 times");
	}

	@Test
	void whenOnlyTheReplyIsLostTheDirectionIsNamed() {
		Diagnosis diagnosis = diagnose(ok(), of(Verdict.NO_REPLY).size(2000).kernel(0, 0));
		likeliest(diagnosis).isEqualTo(Kind.PATH_MTU);
		assertThat(diagnosis.causes().get(0).reason()).endsWith("so the reply is lost");
	}

	@Test
	void whenOnlyOurFinIsUnacknowledgedTheMessageHasArrived() {
		Diagnosis diagnosis = diagnose(ok(), of(Verdict.NO_REPLY).size(2000).kernel(1, 3));
		likeliest(diagnosis).isEqualTo(Kind.PATH_MTU);
		assertThat(diagnosis.causes().get(0).reason()).endsWith("so the reply is lost");
	}

	@Test
	void whenPacketsOfFullSizePassThePathMtuIsExcluded() {
		causes(diagnose(of(Verdict.STALLED).size(1_000_000).received(57_344))).doesNotContain(Kind.PATH_MTU);
		causes(diagnose(of(Verdict.SEND_STALLED).size(1_000_000).sent(500_000).kernel(300_000, 3)))
			.doesNotContain(Kind.PATH_MTU);
		causes(diagnose(of(Verdict.NO_REPLY))).doesNotContain(Kind.PATH_MTU);
	}

	@Test
	void whenNothingIsSentAgainTheReceiverStoppedReading() {
		Diagnosis diagnosis = diagnose(
				of(Verdict.SEND_STALLED).size(1_000_000).sent(500_000).noFinSent().kernel(300_000, 0));
		likeliest(diagnosis).isEqualTo(Kind.RECEIVER_STOPPED);
		ruledOut(diagnosis).contains(Kind.PACKETS_DROPPED, Kind.PATH_MTU);
	}

	@Test
	void whenBytesAreSentAgainPacketsAreDropped() {
		Diagnosis diagnosis = diagnose(of(Verdict.NO_REPLY).kernel(65, 3));
		likeliest(diagnosis).isEqualTo(Kind.PACKETS_DROPPED);
		ruledOut(diagnosis).contains(Kind.RECEIVER_STOPPED, Kind.FIN_NOT_PASSED, Kind.SERVER_SILENT);
	}

	@Test
	void whenBytesStillMoveItIsSlowAndNeitherSilentNorStopped() {
		Diagnosis down = diagnose(of(Verdict.TOO_SLOW).size(4_000_000).received(1_000_000).rate(false, 250_000));
		causes(down).containsExactly(Kind.SLOW_PATH);
		text(down, Verdict.TOO_SLOW).contains("1000000 of 4000000 bytes had come", "2.0 Mbit/s", "about 12.00 s")
			.doesNotContain("silence", "stopped");
		Diagnosis up = diagnose(of(Verdict.TOO_SLOW).size(10_000_000).sent(1_000_000).rate(true, 250_000));
		text(up, Verdict.TOO_SLOW).contains("had gone", "and then the reply").doesNotContain("silence", "stopped");
	}

	// What is spoken

	@Test
	void whenAFramingIsSilentOrEndedAnotherFramingIsNamed() {
		likeliest(diagnose(of(Verdict.NO_REPLY).framing("line").kernel(0, 0))).isEqualTo(Kind.WRONG_FRAMING);
		causes(diagnose(of(Verdict.RESET_AFTER_FIN).framing("line").rst(3))).contains(Kind.WRONG_FRAMING);
		causes(diagnose(of(Verdict.RESET_AFTER_FIN).rst(3))).contains(Kind.WRONG_FRAMING);
	}

	@Test
	void whenTheFramingWorkedOnceItIsNotTheCause() {
		causes(diagnose(of(Verdict.NO_REPLY).framing("line").size(2000), ok().framing("line")))
			.doesNotContain(Kind.WRONG_FRAMING);
	}

	@Test
	void whenALengthIsNotUnderstoodAHeaderMayHaveComeBeforeIt() {
		causes(diagnose(of(Verdict.REPLY_LOST).framing("length-4").fin(3))).contains(Kind.PROXY_HEADER,
				Kind.WRONG_FRAMING);
		causes(diagnose(of(Verdict.REPLY_LOST).fin(3))).doesNotContain(Kind.PROXY_HEADER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PROXY TCP4 127.0.0.1 127.0.0.1 40000 7007\r\n*",
			"\r\n\r\n\0\r\nQUIT\n!\u0011\0\fabcdefghijkl*" })
	void whenAProxyHeaderComesBackNothingWasRewritten(String came) {
		Diagnosis diagnosis = diagnose(of(Verdict.CORRUPT).instead(came));
		causes(diagnosis).containsExactly(Kind.PROXY_HEADER);
		ruledOut(diagnosis).contains(Kind.REWRITTEN);
		text(diagnosis, Verdict.CORRUPT).contains("our message follows unharmed at offset " + came.indexOf('*'))
			.doesNotContain("rewrites", "mixes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "SSH-2.0-x\r\n", "HTTP/1.1 400 Bad Request\r\n", "220 mail ESMTP\r\n", "+OK x\r\n" })
	void whenAnotherProtocolAnswersItIsNamedAndShown(String came) {
		Diagnosis diagnosis = diagnose(of(Verdict.CORRUPT).instead(came));
		causes(diagnosis).containsExactly(Kind.OTHER_PROTOCOL);
		text(diagnosis, Verdict.CORRUPT).contains(came.substring(0, 5));
	}

	@Test
	void whenTlsAnswersOrThePortIsOneOfTlsItComesFirst() {
		causes(diagnose(of(Verdict.CORRUPT).instead("\u0015\u0003\u0001\0\u0002\u0002F")))
			.containsExactly(Kind.TLS_PORT);
		likeliest(diagnose(of(Verdict.REPLY_LOST).to("192.0.2.1", 443).fin(3))).isEqualTo(Kind.TLS_PORT);
		causes(diagnose(of(Verdict.REPLY_LOST).to("192.0.2.1", 443).fin(3), ok().to("192.0.2.1", 443)))
			.doesNotContain(Kind.TLS_PORT);
	}

	@Test
	void whenOtherBytesComeTheirPlaceTellsWhatWasDone() {
		likeliest(diagnose(of(Verdict.CORRUPT).received(17).instead("x"))).isEqualTo(Kind.REWRITTEN);
		likeliest(diagnose(of(Verdict.CORRUPT).instead("what?"))).isEqualTo(Kind.NO_ECHO);
		likeliest(diagnose(of(Verdict.CORRUPT).instead("hello *"))).isEqualTo(Kind.BYTES_BEFORE);
		likeliest(diagnose(of(Verdict.CORRUPT).instead("tcp-echo/abc/9 xx"))).isEqualTo(Kind.MIXED_CONNECTIONS);
		likeliest(diagnose(of(Verdict.EXTRA_BYTES).received(64).instead("*"))).isEqualTo(Kind.SENT_TWICE);
		likeliest(diagnose(of(Verdict.EXTRA_BYTES).received(64).instead("!"))).isEqualTo(Kind.BYTES_AFTER);
		likeliest(diagnose(of(Verdict.EARLY_REPLY).received(64))).isEqualTo(Kind.ECHO_AT_ONCE);
	}

	// RST

	@Test
	void whenTheReplyIsCutByFinTheServersResetIsNamed() {
		Diagnosis diagnosis = diagnose(of(Verdict.TRUNCATED).received(32).fin(300));
		likeliest(diagnosis).isEqualTo(Kind.RESET_AS_FIN);
		causes(diagnosis).contains(Kind.SERVER_GAVE_UP, Kind.HALF_CLOSE_LOST);
		causes(diagnose(of(Verdict.RESET_IN_REPLY).received(32).rst(300))).doesNotContain(Kind.RESET_AS_FIN);
	}

	@Test
	void whenTheReplyIsCutByRstNowAndThenThePathComesFirst() {
		likeliest(diagnose(of(Verdict.RESET_IN_REPLY).received(32).rst(300))).isEqualTo(Kind.SERVER_RESET);
		Diagnosis diagnosis = diagnose(times(9, ok(), of(Verdict.RESET_IN_REPLY).received(32).rst(300)));
		likeliest(diagnosis).isEqualTo(Kind.PATH_RESET);
		assertThat(diagnosis.causes().get(0).reason()).endsWith("in 1 of 10 exchanges of that size");
	}

	@Test
	void whenRstComesAfterTheWholeReplyNothingElseIsBlamed() {
		causes(diagnose(of(Verdict.RESET_IN_REPLY).received(64).rst(10))).containsExactly(Kind.CLOSED_BY_RESET);
	}

	@Test
	void whenRstFollowsFinThatIsNoted() {
		Diagnosis diagnosis = diagnose(ok().rstAfterFin(55));
		causes(diagnosis).containsExactly(Kind.STRAY_RESET);
		text(diagnosis, Verdict.OK).contains("RST came 50 ms after FIN");
	}

	// Connects

	@Test
	void whenOnlySomeConnectsAreRefusedItIsOneOfSeveral() {
		Diagnosis diagnosis = diagnose(times(2, of(Verdict.REFUSED).noConnection(), ok(), ok(), ok()));
		likeliest(diagnosis).isEqualTo(Kind.ONE_OF_SEVERAL);
		causes(diagnosis).doesNotContain(Kind.NOTHING_LISTENS);
		likeliest(diagnose(of(Verdict.REFUSED).noConnection())).isEqualTo(Kind.NOTHING_LISTENS);
	}

	@Test
	void whenConnectsAreRefusedOnlyAfterAnAcceptedOneTheServerHasGone() {
		likeliest(diagnose(of(Verdict.REPLY_LOST).fin(3), of(Verdict.REFUSED).noConnection()))
			.isEqualTo(Kind.SERVER_GONE);
		causes(diagnose(of(Verdict.REFUSED).noConnection(), of(Verdict.REPLY_LOST).fin(3)))
			.doesNotContain(Kind.SERVER_GONE, Kind.NOTHING_LISTENS);
	}

	@Test
	void whenOneAddressOfANameFailsItIsNamed() {
		Diagnosis diagnosis = diagnose(of(Verdict.REFUSED).to("192.0.2.9", 7007).noConnection(), ok());
		likeliest(diagnosis).isEqualTo(Kind.ONE_ADDRESS);
		text(diagnosis, Verdict.REFUSED).contains("192.0.2.9 is REFUSED, 192.0.2.1 OK");
		assertThat(diagnose(of(Verdict.REFUSED).noConnection().others("192.0.2.7")).lines(Verdict.REFUSED))
			.anyMatch((line) -> line.contains("one address of the name"));
	}

	@Test
	void whenThereIsNoConnectionOnlyThatIsExplained() {
		causes(diagnose(of(Verdict.DNS_FAILURE).noConnection())).containsExactly(Kind.UNKNOWN_NAME);
		causes(diagnose(of(Verdict.UNREACHABLE).noConnection())).containsExactly(Kind.NO_ROUTE);
		causes(diagnose(of(Verdict.LOCAL_ERROR).noConnection())).containsExactly(Kind.LOCAL_LIMIT);
		causes(diagnose(of(Verdict.CONNECT_TIMEOUT).noConnection())).containsExactly(Kind.SYN_DROPPED,
				Kind.ACCEPT_QUEUE_FULL);
		likeliest(diagnose(ok(), of(Verdict.CONNECT_TIMEOUT).noConnection())).isEqualTo(Kind.ACCEPT_QUEUE_FULL);
	}

	// Other first bytes and framings

	@ParameterizedTest
	@EnumSource(names = { "REPLY_LOST", "RESET_AFTER_FIN", "NO_REPLY" })
	void whenATlsHelloIsAnsweredThePortExpectsTls(Verdict verdict) {
		Observed plain = of(verdict).fin(5);
		Answer proof = new Answer(Kind.TLS_PORT, true, "a TLS hello was answered with a TLS record");
		likeliest(diagnose(List.of(proof), plain)).isEqualTo(Kind.TLS_PORT);
		Answer silence = new Answer(Kind.TLS_PORT, false, "a TLS hello got no answer");
		likeliest(diagnose(List.of(silence), plain)).isNotEqualTo(Kind.TLS_PORT);
		likeliest(diagnose(List.of(silence, proof), plain)).isEqualTo(Kind.TLS_PORT);
		causes(diagnose(List.of(proof), plain, ok())).doesNotContain(Kind.TLS_PORT);
	}

	@Test
	void whenOnlyAHeaderBringsTheReplyItIsRequired() {
		Observed plain = of(Verdict.RESET_AFTER_FIN).rst(3);
		Answer proof = new Answer(Kind.PROXY_HEADER_MISSING, true, "behind the header the same message was OK");
		likeliest(diagnose(List.of(proof), plain)).isEqualTo(Kind.PROXY_HEADER_MISSING);
		Answer none = new Answer(Kind.PROXY_HEADER_MISSING, false, "the header made no difference");
		likeliest(diagnose(List.of(none), plain)).isNotEqualTo(Kind.PROXY_HEADER_MISSING);
		causes(diagnose(List.of(proof), plain, ok())).doesNotContain(Kind.PROXY_HEADER_MISSING);
	}

	@Test
	void whenOneOtherFramingIsOkOnThePortItIsTheListeners() {
		Observed lost = of(Verdict.REPLY_LOST).fin(2.3);
		Diagnosis diagnosis = diagnose(lost, of(Verdict.REPLY_LOST).halfCloseDelay(3500).fin(3502.4),
				ok().framing("line"), of(Verdict.NO_REPLY).framing("length-4"));
		likeliest(diagnosis).isEqualTo(Kind.WRONG_FRAMING);
		assertThat(diagnosis.causes().get(0).reason()).isEqualTo("framing line is OK on the same port");
		causes(diagnosis).doesNotContain(Kind.HALF_CLOSE_LOST);
		likeliest(diagnose(lost, of(Verdict.REPLY_LOST).halfCloseDelay(3500).fin(3502.4),
				ok().framing("line").to("192.0.2.1", 7008)))
			.isEqualTo(Kind.HALF_CLOSE_LOST);
		likeliest(diagnose(lost, ok().framing("line"), ok().framing("length-4"))).isNotEqualTo(Kind.WRONG_FRAMING);
	}

	@Test
	void whenAPartComesAndThenRstTheListenerMayHaveAnotherFraming() {
		Observed part = of(Verdict.RESET_IN_REPLY).received(33).endingInLine().rst(3);
		causes(diagnose(part)).contains(Kind.WRONG_FRAMING);
		causes(diagnose(part, ok())).doesNotContain(Kind.WRONG_FRAMING);
		causes(diagnose(of(Verdict.RESET_IN_REPLY).received(33).rst(3))).doesNotContain(Kind.WRONG_FRAMING);
		causes(diagnose(of(Verdict.RESET_IN_REPLY).received(64).rst(3))).doesNotContain(Kind.WRONG_FRAMING);
	}

	@Test
	void whenAnotherFramingFailsOnThePortThatIsNoSymptom() {
		Diagnosis diagnosis = diagnose(of(Verdict.NO_REPLY).kernel(0, 0), of(Verdict.NO_REPLY).framing("line"));
		likeliest(diagnosis).isEqualTo(Kind.FIN_NOT_PASSED);
		causes(diagnosis).doesNotContain(Kind.WRONG_FRAMING);
		likeliest(
				diagnose(of(Verdict.NO_REPLY).framing("line"), of(Verdict.CORRUPT).instead("PROXY TCP4 1 2 3 4\r\n*")))
			.isEqualTo(Kind.PROXY_HEADER);
	}

	@Test
	void whenThePeerWaitsForBytesAndEndsThenItReadsThemAndABackendIsThere() {
		Observed ended = of(Verdict.RESET_WHILE_SENDING).halfCloseDelay(3500).noFinSent().rst(7);
		Diagnosis diagnosis = diagnose(of(Verdict.RESET_AFTER_FIN).rst(3), ended,
				of(Verdict.RESET_AFTER_FIN).pauseBefore(10_000).rst(10_005));
		likeliest(diagnosis).isEqualTo(Kind.SERVICE_FAILED);
		assertThat(diagnosis.causes().get(0).reason()).contains("10.00 s without a byte");
		likeliest(diagnose(of(Verdict.RESET_AFTER_FIN).rst(3), ended,
				of(Verdict.EARLY_CLOSE).pauseBefore(10_000).noFinSent().fin(1.5).beforeFirstByte()))
			.isEqualTo(Kind.NO_BACKEND);
		likeliest(diagnose(of(Verdict.RESET_AFTER_FIN).rst(3), ended)).isEqualTo(Kind.NO_BACKEND);
	}

	@Test
	void whenTheReplyComesBeforeOurFinAndNotAfterItTheServerMayDropIt() {
		Observed lost = of(Verdict.REPLY_LOST).fin(2.3);
		Observed early = of(Verdict.EARLY_REPLY).halfCloseDelay(500).received(64).fin(503);
		Diagnosis diagnosis = diagnose(lost, early);
		likeliest(diagnosis).isEqualTo(Kind.SERVER_CLOSES);
		causes(diagnosis).contains(Kind.HALF_CLOSE_LOST, Kind.ECHO_AT_ONCE);
		likeliest(diagnose(lost)).isEqualTo(Kind.HALF_CLOSE_LOST);
		causes(diagnose(ok(), early)).doesNotContain(Kind.SERVER_CLOSES, Kind.HALF_CLOSE_LOST);
	}

	@Test
	void whenRepliesAreLostAndCutAtOurFinTheHalfCloseComesFirst() {
		Observed cut = of(Verdict.TRUNCATED).size(1_000_000).received(700_000).fin(12);
		likeliest(diagnose(ok(), of(Verdict.REPLY_LOST).fin(2.3), cut)).isEqualTo(Kind.HALF_CLOSE_LOST);
		likeliest(diagnose(ok(), cut)).isEqualTo(Kind.RESET_AS_FIN);
	}

	@Test
	void whenNothingWasAcknowledgedNoWindowIsClosed() {
		Observed lost = of(Verdict.NO_REPLY).size(1440).kernel(1440, 0);
		causes(diagnose(ok(), lost)).doesNotContain(Kind.RECEIVER_STOPPED);
		likeliest(diagnose(ok(), lost)).isEqualTo(Kind.PATH_MTU);
		likeliest(diagnose(of(Verdict.NO_REPLY).size(1_000_000).kernel(400_000, 0))).isEqualTo(Kind.RECEIVER_STOPPED);
	}

	@Test
	void whenMessagesOfSeveralPacketsAreOkTheMtuDoesNotComeFirst() {
		Observed large = of(Verdict.NO_REPLY).size(1_000_000).kernel(0, 0);
		likeliest(diagnose(ok(), ok().size(5000), large)).isEqualTo(Kind.SERVER_SILENT);
		likeliest(diagnose(ok(), ok().size(1000), large)).isEqualTo(Kind.PATH_MTU);
	}

	@Test
	void whenExchangesFailWithoutAPauseNoIdleLimitIsNamed() {
		causes(diagnose(of(Verdict.NO_REPLY), of(Verdict.NO_REPLY).pauseBefore(5000))).doesNotContain(Kind.IDLE_LIMIT);
		causes(diagnose(of(Verdict.NO_REPLY).pauseBefore(5000))).contains(Kind.IDLE_LIMIT);
	}

	// The way in

	@Test
	void whenAMessageWithoutTlsIsOkThePortSpeaksNoTls() {
		for (Verdict verdict : List.of(Verdict.TLS_STALLED, Verdict.TLS_CUT, Verdict.TLS_NOT_SPOKEN)) {
			Diagnosis diagnosis = diagnose(of(verdict).by("TLS"), ok());
			likeliest(diagnosis).isEqualTo(Kind.PLAIN_PORT);
			causes(diagnosis).doesNotContain(Kind.HANDSHAKE_CUT, Kind.PATH_MTU, Kind.NO_BACKEND);
			text(diagnosis, verdict).contains("without TLS the same message was OK");
		}
		causes(diagnose(of(Verdict.TLS_STALLED).by("TLS"))).contains(Kind.PLAIN_PORT, Kind.PATH_MTU);
		causes(diagnose(of(Verdict.TLS_CUT).by("TLS"))).contains(Kind.PLAIN_PORT, Kind.NO_BACKEND, Kind.HANDSHAKE_CUT);
	}

	@ParameterizedTest
	@CsvSource({ "certificate_required,true,CLIENT_CERTIFICATE", "unknown_ca,true,CLIENT_CERTIFICATE",
			"bad_certificate,false,CLIENT_CERTIFICATE", "protocol_version,false,TLS_PARAMETERS",
			"no_application_protocol,false,TLS_PARAMETERS", "unrecognized_name,false,SERVER_NAME",
			"handshake_failure,false,TLS_PARAMETERS", "decode_error,true,CLOSE_NOTIFY_WANTED" })
	void whenThePeerSendsAnAlertItsCauseComesFirst(String alert, boolean handshakeFinished, Kind kind) {
		TlsFailure failure = new TlsFailure(TlsFailure.Kind.ALERT, alert, null, "The peer has sent the alert " + alert);
		likeliest(diagnose(of(Verdict.TLS_REFUSED).tlsFailure(failure, handshakeFinished, 7))).isEqualTo(kind);
	}

	@Test
	void whenAHandshakeFailsBehindTheServersHelloACertificateIsMissing() {
		TlsFailure failure = new TlsFailure(TlsFailure.Kind.ALERT, "handshake_failure", null, "");
		Diagnosis diagnosis = diagnose(of(Verdict.TLS_REFUSED).tlsFailure(failure, false, 900));
		likeliest(diagnosis).isEqualTo(Kind.CLIENT_CERTIFICATE);
		causes(diagnosis).doesNotContain(Kind.TLS_PARAMETERS);
	}

	@ParameterizedTest
	@CsvSource({ "ISSUER,UNKNOWN_ISSUER", "NAME,WRONG_NAME", "DATE,CERTIFICATE_DATE" })
	void whenACertificateIsNotTrustedTheCheckIsTheCause(TrustCheck check, Kind kind) {
		TlsFailure failure = new TlsFailure(TlsFailure.Kind.UNTRUSTED, null, check, "");
		likeliest(diagnose(of(Verdict.TLS_UNTRUSTED).tlsFailure(failure, false, 900))).isEqualTo(kind);
	}

	@Test
	void whenTlsOrAHeaderWasSentItIsNotExpectedInVain() {
		causes(diagnose(of(Verdict.REPLY_LOST).fin(2.3))).contains(Kind.TLS_PORT, Kind.PROXY_HEADER_MISSING);
		causes(diagnose(of(Verdict.REPLY_LOST).by("TLS").fin(2.3))).doesNotContain(Kind.TLS_PORT);
		causes(diagnose(of(Verdict.REPLY_LOST).by("TLS, greeting").fin(2.3))).doesNotContain(Kind.TLS_PORT);
		causes(diagnose(of(Verdict.REPLY_LOST).by("PROXY V1").fin(2.3))).doesNotContain(Kind.PROXY_HEADER_MISSING);
	}

	@Test
	void whenThePeerEndsTheConnectionAtOurHeaderThatComesFirst() {
		likeliest(diagnose(of(Verdict.RESET_WHILE_SENDING).by("PROXY V2").rst(2.3).beforeFirstByte()))
			.isEqualTo(Kind.PROXY_HEADER_REFUSED);
		causes(diagnose(of(Verdict.RESET_WHILE_SENDING).rst(2.3).beforeFirstByte()))
			.doesNotContain(Kind.PROXY_HEADER_REFUSED);
	}

	@Test
	void whenAnotherWayInIsOkItProvesNothingForThisOne() {
		Diagnosis diagnosis = diagnose(of(Verdict.NO_REPLY).by("TLS"), ok());
		text(diagnosis, Verdict.NO_REPLY).doesNotContain("1 exchange");
		assertThat(diagnosis.byVerdict()).containsOnlyKeys(Verdict.NO_REPLY);
	}

	@Test
	void whenAProxyHasSpokenItsWordsAreTheCause() {
		likeliest(diagnose(of(Verdict.VIA_REFUSED))).isEqualTo(Kind.VIA_REFUSES);
		likeliest(diagnose(of(Verdict.VIA_FAILED))).isEqualTo(Kind.VIA_BROKEN);
		likeliest(diagnose(of(Verdict.NO_CLOSE_NOTIFY))).isEqualTo(Kind.CLOSE_NOTIFY_MISSING);
	}

	// The rules themselves

	@Test
	void whenThereIsAKindOfCauseThereIsOneRuleForIt() {
		assertThat(Rule.ALL).extracting(Rule::kind).containsExactlyInAnyOrder(Kind.values());
	}

	@ParameterizedTest
	@EnumSource
	void whenACauseIsNamedItIsSaidInPlainSentences(Kind kind) {
		assertThat(kind.title()).matches("[a-zA-Z].{8,}[^.]");
		assertThat(kind.sentence()).matches("[A-Z].{20,}[^.]");
		assertThat(kind.remedy()).matches("[A-Z].{20,}\\.");
		assertThat(kind.label()).matches("[a-z-]+");
	}

	private static AbstractStringAssert<?> text(Diagnosis diagnosis, Verdict verdict) {
		return assertThat(String.join("\n", diagnosis.lines(verdict)));
	}

	private static ListAssert<Kind> causes(Diagnosis diagnosis) {
		return assertThat(diagnosis.causes().stream().map(Cause::kind).toList());
	}

	private static ListAssert<Kind> ruledOut(Diagnosis diagnosis) {
		return assertThat(diagnosis.ruledOut().stream().map(RuledOut::kind).toList());
	}

	private static AbstractComparableAssert<?, Kind> likeliest(Diagnosis diagnosis) {
		assertThat(diagnosis.causes()).isNotEmpty();
		return assertThat(diagnosis.causes().get(0).kind());
	}

}
