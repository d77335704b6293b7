package io.tcpecho.probe;

import java.time.Duration;
import java.util.List;

import io.tcpecho.probe.ReplicaCheck.Expectation;
import io.tcpecho.probe.Replicas.Share;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/**
 * How often replicas answer, and what is expected of them.
 */
class ReplicaCheckTests {

	private static final Evidence.Setup SETUP = Evidence.Setup.of(MessageFormat.of("eof"), 64, Duration.ofSeconds(1),
			Duration.ZERO);

	@Test
	void whenReplicasAnswerTheirSharesHaveAnInterval() {
		ReplicaCheck check = check("");
		answers(check, "a", 70);
		answers(check, "b", 30);
		List<Share> shares = check.replicas().shares();
		assertThat(shares).extracting(Share::replica).containsExactly("a", "b");
		assertThat(shares).extracting(Share::count).containsExactly(70L, 30L);
		assertThat(shares.get(0).percent()).isEqualTo(70);
		// Wilson's interval of 70 in 100.
		assertThat(shares.get(0).low()).isCloseTo(60.42, within(0.01));
		assertThat(shares.get(0).high()).isCloseTo(78.11, within(0.01));
		assertThat(check.problems()).isEmpty();
	}

	@Test
	void whenOneReplicaAnswersAlwaysItsIntervalEndsAtAll() {
		ReplicaCheck check = check("");
		answers(check, "a", 500);
		assertThat(check.replicas().shares()).singleElement().satisfies((share) -> {
			assertThat(share.high()).isEqualTo(100);
			assertThat(share.low()).isCloseTo(99.24, within(0.01));
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					70:30   | 70 | 30 |
					30:70   | 70 | 30 |
					7:3     | 74 | 26 |
					70:30   | 75 | 25 |
					70:30   | 76 | 24 | a answered 76.0 %, and 70.0 % within 5.0 points is expected; b answered 24.0 %, and 30.0 % within 5.0 points is expected
					1:1     | 100 | 0 | a answered 100.0 %, and 50.0 % within 5.0 points is expected; only 1 of 2 expected replicas answered
					100:0   | 99 | 1  | b answered 1 of 100, and only 1 are expected to answer
					100:0   | 100 | 0 |
					a=70:b=30 | 70 | 30 |
					a=30:b=70 | 70 | 30 | a answered 70.0 %, and 30.0 % within 5.0 points is expected; b answered 30.0 %, and 70.0 % within 5.0 points is expected
					""")
	void sharesAreAsExpectedWithinTheTolerance(String expected, int first, int second, String problems) {
		ReplicaCheck check = check(expected);
		answers(check, "a", first);
		answers(check, "b", second);
		assertThat(String.join("; ", check.problems())).isEqualTo((problems != null) ? problems : "");
	}

	@Test
	void podsOfADeploymentCountTogether() {
		ReplicaCheck check = check("echo-v1=70:echo-v2=30");
		answers(check, "echo-v1-7d9-x2k", 40);
		answers(check, "echo-v1-7d9-p8m", 30);
		answers(check, "echo-v2-5c4-aaa", 30);
		assertThat(check.problems()).isEmpty();
		assertThat(check.replicas().shares()).hasSize(3);
	}

	@Test
	void aReplicaWithWeightZeroIsWrongWheneverItAnswers() {
		ReplicaCheck check = check("a=1:b=0");
		assertThat(check.judge(answer("a")).verdict()).isEqualTo(Verdict.OK);
		Result wrong = check.judge(answer("b"));
		assertThat(wrong.verdict()).isEqualTo(Verdict.WRONG_REPLICA);
		assertThat(wrong.detail()).isEqualTo("b answered, which has weight 0");
		assertThat(check.judge(answer("c")).detail()).isEqualTo("c answered, which is not expected");
	}

	@Test
	void withAffinityOneReplicaHasToAnswerAll() {
		ReplicaCheck check = new ReplicaCheck(new Expectation(List.of(), 5, true));
		assertThat(check.judge(answer("a")).verdict()).isEqualTo(Verdict.OK);
		assertThat(check.judge(answer("a")).verdict()).isEqualTo(Verdict.OK);
		assertThat(check.judge(answer("b")).detail()).isEqualTo("b answered, and a did before");
		assertThat(check.judge(answer("a")).verdict()).isEqualTo(Verdict.OK);
	}

	@Test
	void anExchangeThatIsNotOkCountsForNoReplica() {
		ReplicaCheck check = check("a=1:b=1");
		assertThat(check.judge(answer("c").with(Verdict.TRUNCATED, "")).verdict()).isEqualTo(Verdict.TRUNCATED);
		assertThat(check.replicas().total()).isZero();
		assertThat(check.problems()).isEmpty();
	}

	@Test
	void namesWithoutEndAreCountedTogether() {
		ReplicaCheck check = check("");
		for (int i = 0; i < 1_500; i++) {
			check.judge(answer("pod-" + i));
		}
		assertThat(check.replicas().shares()).hasSize(1_001);
		assertThat(check.replicas().shares().get(0)).extracting(Share::replica, Share::count)
			.containsExactly("(others)", 500L);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "70:", ":", "70;30", "a=:b=1", "=1:b=2", "-1:2", "70%:30%", "1000000:1" })
	void whatIsNoListOfWeightsIsRefused(String text) {
		assertThatThrownBy(() -> Expectation.parse(text)).isInstanceOf(IllegalArgumentException.class)
			.hasMessage(
					"expect '" + text + "' is not of the form 70:30 or NAME=70:NAME=30, with weights from 0 to 999999");
	}

	@Test
	void weightsThatContradictEachOtherAreRefused() {
		assertThatThrownBy(() -> Expectation.parse("a=1:2"))
			.hasMessage("expect 'a=1:2' names only some of its replicas");
		assertThatThrownBy(() -> Expectation.parse("0:0")).hasMessage("expect '0:0' has no weight over 0");
		assertThatThrownBy(() -> new Expectation(List.of(), 101, false))
			.hasMessage("tolerance 101.0 is not between 0 and 100 points");
		assertThatThrownBy(() -> new Expectation(Expectation.parse("1:1"), 5, true))
			.hasMessage("expect and affinity exclude each other");
	}

	private static ReplicaCheck check(String expected) {
		return new ReplicaCheck(
				new Expectation(expected.isEmpty() ? List.of() : Expectation.parse(expected), 5, false));
	}

	private static void answers(ReplicaCheck check, String replica, int times) {
		for (int i = 0; i < times; i++) {
			check.judge(answer(replica));
		}
	}

	private static Result answer(String replica) {
		return new Result(1, 64, Verdict.OK, 64, 64, 1, 1, 1, "", Evidence.none(SETUP),
				new Passage(Result.NEVER, Result.NEVER, 0, null, null, replica));
	}

}
