package io.tcpecho.probe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Look-ups with a resolver that answers, fails or hangs.
 */
class ResolverTests {

	private static final long PATIENCE_IN_NANOS = TimeUnit.SECONDS.toNanos(10);

	private static final long SHORT_IN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	@Test
	void whenANameHasAddressesThoseOfTheFamilyAreReturnedInTheirOrder() throws Exception {
		InetAddress first = InetAddress.getByName("192.0.2.2");
		InetAddress second = InetAddress.getByName("2001:db8::1");
		InetAddress third = InetAddress.getByName("192.0.2.1");
		Resolver resolver = new Resolver((host) -> new InetAddress[] { first, second, third }, 4);
		assertThat(resolver.lookUp("echo", AddressFamily.ANY, PATIENCE_IN_NANOS)).containsExactly(first, second, third);
		assertThat(resolver.lookUp("echo", AddressFamily.IPV4, PATIENCE_IN_NANOS)).containsExactly(first, third);
		assertThat(resolver.lookUp("echo", AddressFamily.IPV6, PATIENCE_IN_NANOS)).containsExactly(second);
	}

	@Test
	void whenThereIsNoAddressTheMessageSaysWhy() {
		Resolver resolver = new Resolver((host) -> {
			throw new UnknownHostException("x");
		}, 4);
		assertThatExceptionOfType(UnknownHostException.class)
			.isThrownBy(() -> resolver.lookUp("echo", AddressFamily.ANY, PATIENCE_IN_NANOS))
			.withMessage("echo: unknown name");
		assertThatExceptionOfType(UnknownHostException.class)
			.isThrownBy(() -> Resolver.system().lookUp("127.0.0.1", AddressFamily.IPV6, PATIENCE_IN_NANOS))
			.withMessage("127.0.0.1: no IPv6 address");
	}

	@Test
	void whenTheResolverHangsOneLookUpOfANameIsUnderWayAndOthersGoOn() throws Exception {
		CountDownLatch hanging = new CountDownLatch(1);
		AtomicInteger lookUps = new AtomicInteger();
		Resolver resolver = new Resolver((host) -> {
			if (host.equals("hangs")) {
				lookUps.incrementAndGet();
				await(hanging);
			}
			return new InetAddress[] { InetAddress.getLoopbackAddress() };
		}, 4);
		for (int i = 0; i < 10; i++) {
			assertThatExceptionOfType(UnknownHostException.class)
				.isThrownBy(() -> resolver.lookUp("hangs", AddressFamily.ANY, SHORT_IN_NANOS))
				.withMessage("hangs: no answer");
		}
		assertThat(resolver.lookUp("echo", AddressFamily.ANY, PATIENCE_IN_NANOS)).hasSize(1);
		assertThat(lookUps).hasValue(1);
		hanging.countDown();
		assertThat(resolver.lookUp("hangs", AddressFamily.ANY, PATIENCE_IN_NANOS))
			.isEqualTo(List.of(InetAddress.getLoopbackAddress()));
	}

	@Test
	void whenAllThreadsHangOtherNamesFailAtOnceAndAddressesDoNot() throws Exception {
		CountDownLatch hanging = new CountDownLatch(1);
		Resolver resolver = new Resolver((host) -> {
			if (host.startsWith("hangs")) {
				await(hanging);
			}
			return new InetAddress[] { InetAddress.getLoopbackAddress() };
		}, 2);
		CompletableFuture<List<InetAddress>> first = resolver.resolve("hangs-1");
		CompletableFuture<List<InetAddress>> second = resolver.resolve("hangs-2");
		assertThat(resolver.resolve("echo")).isCompletedExceptionally();
		assertThatExceptionOfType(UnknownHostException.class)
			.isThrownBy(() -> resolver.lookUp("echo", AddressFamily.ANY, PATIENCE_IN_NANOS))
			.withMessage("echo: 2 other names have no answer yet");
		assertThat(resolver.resolve("127.0.0.1")).isCompleted();
		assertThat(first).isNotDone();
		hanging.countDown();
		assertThat(first.get(20, TimeUnit.SECONDS)).hasSize(1);
		assertThat(second.get(20, TimeUnit.SECONDS)).hasSize(1);
		// A thread is free again as soon as the look-up of its name has ended.
		Awaitility.await()
			.atMost(20, TimeUnit.SECONDS)
			.until(() -> !resolver.resolve("echo").isCompletedExceptionally());
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
