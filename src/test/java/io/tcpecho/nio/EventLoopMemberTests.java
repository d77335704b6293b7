package io.tcpecho.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The loop and those it serves: each fails alone, each is swept, and its socket is really
 * closed.
 */
class EventLoopMemberTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final EventLoop loop;

	private final List<Pipe> pipes = new ArrayList<>();

	EventLoopMemberTests() throws IOException {
		this.loop = EventLoop.start("loop-under-test", Duration.ofMillis(5));
	}

	@AfterEach
	void theLoopEnds() throws Exception {
		this.loop.stop();
		assertThat(this.loop.awaitEnd(PATIENCE)).as("ended").isTrue();
		for (Pipe pipe : this.pipes) {
			pipe.source().close();
			pipe.sink().close();
		}
	}

	@Test
	void whenAHandlerThrowsAnErrorOnlyItFails() throws Exception {
		AssertionError failure = new AssertionError("A handler that fails for a test");
		TestMember broken = register(new TestMember());
		TestMember sound = register(new TestMember());
		broken.onReady = () -> {
			throw failure;
		};
		send(broken);
		send(sound);
		await().atMost(PATIENCE).until(() -> broken.failures.size() == 1 && sound.reads == 1);
		assertThat(broken.failures).containsExactly(failure);
		send(sound);
		await().atMost(PATIENCE).until(() -> sound.reads == 2);
		assertThat(sound.failures).isEmpty();
	}

	@Test
	void whenAHandlerCannotEvenFailTheOthersGoOn() throws Exception {
		TestMember broken = register(new TestMember());
		TestMember sound = register(new TestMember());
		broken.onReady = () -> {
			throw new IOException("A handler that fails for a test");
		};
		broken.onFailed = () -> {
			throw new IllegalStateException("A handler that cannot fail for a test");
		};
		send(broken);
		await().atMost(PATIENCE).until(() -> broken.failures.size() == 1);
		send(sound);
		await().atMost(PATIENCE).until(() -> sound.reads == 1);
		assertThat(sound.failures).isEmpty();
	}

	@Test
	void whenAMemberLeavesItIsSweptNoMore() throws Exception {
		TestMember leaving = new TestMember();
		TestMember staying = new TestMember();
		join(leaving, staying);
		await().atMost(PATIENCE).until(() -> leaving.sweeps >= 2 && staying.sweeps >= 2);
		int last = call(() -> {
			this.loop.leave(leaving);
			return leaving.sweeps;
		});
		int before = staying.sweeps;
		await().atMost(PATIENCE).until(() -> staying.sweeps >= before + 3);
		assertThat(leaving.sweeps).isEqualTo(last);
	}

	@Test
	void whenEveryMemberHasLeftTheNextIsSweptAgain() throws Exception {
		TestMember first = new TestMember();
		join(first);
		await().atMost(PATIENCE).until(() -> first.sweeps >= 1);
		call(() -> {
			this.loop.leave(first);
			return null;
		});
		int before = first.sweeps;
		TestMember second = new TestMember();
		join(second);
		await().atMost(PATIENCE).until(() -> second.sweeps >= 2);
		assertThat(first.sweeps).isEqualTo(before);
		assertThat(call(this.loop::swept)).containsExactly(second);
	}

	@Test
	void whenASweepThrowsOnlyThatMemberFails() throws Exception {
		IOException failure = new IOException("A member that fails for a test");
		TestMember first = new TestMember();
		TestMember broken = new TestMember();
		TestMember last = new TestMember();
		broken.onSweep = () -> {
			throw failure;
		};
		join(first, broken, last);
		await().atMost(PATIENCE).until(() -> broken.failures.size() >= 2);
		List<Integer> sweeps = call(() -> List.of(first.sweeps, broken.sweeps, last.sweeps));
		assertThat(sweeps).as("sweeps").containsOnly(sweeps.get(1));
		assertThat(broken.failures).containsOnly(failure);
		assertThat(first.failures).isEmpty();
		assertThat(last.failures).isEmpty();
	}

	@Test
	void whenAMemberCannotEvenFailInItsSweepTheOthersAreStillSwept() throws Exception {
		TestMember first = new TestMember();
		TestMember broken = new TestMember();
		broken.onSweep = () -> {
			throw new IOException("A member that fails for a test");
		};
		broken.onFailed = () -> {
			throw new IllegalStateException("A member that cannot fail for a test");
		};
		join(first, broken);
		await().atMost(PATIENCE).until(() -> broken.sweeps >= 2 && first.sweeps >= 2);
		List<Integer> sweeps = call(() -> List.of(first.sweeps, broken.sweeps));
		assertThat(sweeps.get(0)).as("sweeps of the first").isEqualTo(sweeps.get(1));
	}

	@Test
	void whenMembersLeaveInTheirSweepEachOtherIsSweptOnce() throws Exception {
		Set<Integer> leaving = Set.of(0, 3, 4, 9);
		List<TestMember> members = Stream.generate(TestMember::new).limit(10).toList();
		for (int i : leaving) {
			TestMember member = members.get(i);
			member.onSweep = () -> this.loop.leave(member);
		}
		join(members.toArray(TestMember[]::new));
		await().atMost(PATIENCE).until(() -> members.get(1).sweeps >= 3);
		List<Integer> sweeps = call(() -> members.stream().map((member) -> member.sweeps).toList());
		for (int i = 0; i < 10; i++) {
			int expected = leaving.contains(i) ? 1 : sweeps.get(1);
			assertThat(sweeps.get(i)).as("sweeps of member %d", i).isEqualTo(expected);
		}
	}

	@Test
	void whenMembersJoinAndLeaveAtRandomEachKeepsItsPlace() throws Exception {
		for (int seed = 0; seed < 50; seed++) {
			Random random = new Random(seed);
			String problem = call(() -> {
				List<TestMember> joined = new ArrayList<>();
				for (int i = 0; i < 200; i++) {
					if (joined.isEmpty() || random.nextInt(3) > 0) {
						TestMember member = new TestMember();
						this.loop.join(member);
						joined.add(member);
					}
					else {
						this.loop.leave(joined.remove(random.nextInt(joined.size())));
					}
				}
				List<EventLoop.Swept> members = this.loop.swept();
				boolean same = members.size() == joined.size()
						&& joined.stream().allMatch((member) -> members.get(member.index()) == member);
				joined.forEach(this.loop::leave);
				return same && this.loop.swept().isEmpty() ? "" : members + " are not " + joined;
			});
			assertThat(problem).as("seed %d", seed).isEmpty();
		}
	}

	@Test
	void whenTheLoopEndsEachMemberIsToldOnce() throws Exception {
		TestMember first = new TestMember();
		TestMember broken = new TestMember();
		TestMember last = new TestMember();
		broken.onLoopEnds = () -> {
			throw new IllegalStateException("A member that fails for a test");
		};
		join(first, broken, last);
		this.loop.stop();
		assertThat(this.loop.awaitEnd(PATIENCE)).isTrue();
		assertThat(List.of(first.ends, broken.ends, last.ends)).containsExactly(1, 1, 1);
	}

	@Test
	void whenTheLoopHasEndedEachChannelIsReallyClosed() throws Exception {
		TestMember member = register(new TestMember());
		join(member);
		member.onLoopEnds = member.pipe().source()::close;
		this.loop.stop();
		assertThat(this.loop.awaitEnd(PATIENCE)).isTrue();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> send(member)).withMessage("Broken pipe");
	}

	@Test
	void whenClosedChannelsAreReleasedThatIsDoneAtOnce() throws Exception {
		TestMember member = register(new TestMember());
		send(member);
		await().atMost(PATIENCE).until(() -> member.reads == 1);
		IOException failure = call(() -> {
			member.pipe().source().close();
			this.loop.releaseClosedChannels();
			try {
				send(member);
				return new IOException("none");
			}
			catch (IOException ex) {
				return ex;
			}
		});
		assertThat(failure).hasMessage("Broken pipe");
	}

	/** Join between the same two sweeps. */
	private void join(TestMember... members) throws Exception {
		call(() -> {
			Stream.of(members).forEach(this.loop::join);
			return null;
		});
	}

	private TestMember register(TestMember member) throws Exception {
		Pipe pipe = Pipe.open();
		this.pipes.add(pipe);
		member.pipe = pipe;
		pipe.source().configureBlocking(false);
		call(() -> this.loop.register(pipe.source(), SelectionKey.OP_READ, member));
		return member;
	}

	private static void send(TestMember member) throws IOException {
		member.pipe().sink().write(ByteBuffer.wrap(new byte[1]));
	}

	private <T> T call(Callable<T> task) throws Exception {
		return this.loop.submit(task).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	private interface Action {

		void run() throws IOException;

	}

	/** Counts what the loop does with it, and closes its channel when it fails. */
	private static final class TestMember implements EventLoop.Swept {

		private static final Action NOTHING = () -> {
		};

		private final List<Throwable> failures = new CopyOnWriteArrayList<>();

		private volatile Action onReady = NOTHING;

		private volatile Action onFailed = NOTHING;

		private volatile Action onSweep = NOTHING;

		private volatile Action onLoopEnds = NOTHING;

		private volatile int reads;

		private volatile int sweeps;

		private volatile int ends;

		private @Nullable Pipe pipe;

		private int index;

		@Override
		public void ready(int readyOps) throws IOException {
			this.onReady.run();
			this.pipe().source().read(ByteBuffer.allocate(1));
			this.reads++;
		}

		@Override
		public void failed(Throwable failure) {
			try {
				if (this.pipe != null) {
					this.pipe.source().close();
				}
				this.failures.add(failure);
				this.onFailed.run();
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public void sweep() throws IOException {
			this.sweeps++;
			this.onSweep.run();
		}

		@Override
		public void loopEnds() {
			this.ends++;
			try {
				this.onLoopEnds.run();
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

		Pipe pipe() {
			assertThat(this.pipe).as("the member's channel").isNotNull();
			return this.pipe;
		}

		@Override
		public int index() {
			return this.index;
		}

		@Override
		public void index(int index) {
			this.index = index;
		}

	}

}
