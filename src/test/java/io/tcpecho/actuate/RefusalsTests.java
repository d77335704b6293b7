package io.tcpecho.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.tcpecho.actuate.Refusals.Kind;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How often refused requests are recorded.
 */
class RefusalsTests {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private final List<AuditEvent> events = new ArrayList<>();

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND);

	private final Refusals refusals = new Refusals(
			new Audit((event) -> this.events.add(((AuditApplicationEvent) event).getAuditEvent())), this.now::get);

	@Test
	void oneOfAKindIsRecordedEachSecondAndTheNextSaysHowManyWereLeftOut() {
		for (int i = 0; i < 10; i++) {
			this.refusals.refused(Kind.CREDENTIALS, "operator", "192.0.2.1");
		}
		this.now.addAndGet(SECOND - 1);
		this.refusals.refused(Kind.CREDENTIALS, "operator", "192.0.2.1");
		assertThat(leftOut()).containsExactly("0");
		this.now.addAndGet(1);
		this.refusals.refused(Kind.CREDENTIALS, "operator", "192.0.2.1");
		assertThat(leftOut()).containsExactly("0", "10");
		this.now.addAndGet(SECOND);
		this.refusals.refused(Kind.CREDENTIALS, "operator", "192.0.2.1");
		assertThat(leftOut()).containsExactly("0", "10", "0");
	}

	@Test
	void eachKindIsCountedOnItsOwn() {
		for (Kind kind : Kind.values()) {
			this.refusals.refused(kind, "operator", "192.0.2.1");
			this.refusals.refused(kind, "operator", "192.0.2.1");
		}
		assertThat(leftOut()).hasSameSizeAs(Kind.values()).containsOnly("0");
		assertThat(this.events).extracting((event) -> event.getData().get("result")).doesNotHaveDuplicates();
	}

	@Test
	void whatAClientSendsIsEscapedAndCut() {
		this.refusals.refused(Kind.CREDENTIALS, "a\r\nb\u001b[2J\u202e" + "x".repeat(1_000), "192.0.2.1\n");
		AuditEvent event = this.events.get(0);
		assertThat(event.getPrincipal()).startsWith("a\\u000d\\u000ab\\u001b[2J\\u202exxx").hasSizeLessThan(300);
		assertThat(event.getData()).containsEntry("address", "192.0.2.1\\u000a");
		assertThat(event.getType()).isEqualTo("REQUEST_REFUSED");
	}

	private List<Object> leftOut() {
		return this.events.stream().map((event) -> event.getData().get("leftOut")).toList();
	}

}
