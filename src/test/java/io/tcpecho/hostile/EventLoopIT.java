package io.tcpecho.hostile;

import java.time.Duration;
import java.util.Map;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector.Argument;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Peer;
import io.tcpecho.testing.Peer.End;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The thread of an event loop that a debugger stops, or ends: the port still takes
 * connects, and only the liveness tells.
 */
@Tag("reliability")
class EventLoopIT {

	/** The 10 s that are promised, and as much for a busy machine. */
	private static final Duration NOTICED_WITHIN = Duration.ofSeconds(20);

	/** One test, as a process with a debugger takes long to start. */
	@Test
	void case76WhenTheEventLoopIsStuckOrDeadLivenessFailsWithinTenSeconds() throws Exception {
		try (EchoProcess process = debugged();
				Peer first = Peer.connect(process.port("eof")).send("half ");
				Peer second = Peer.connect(process.port("eof")).send("half ")) {
			VirtualMachine machine = attach(process);
			ThreadReference loop = eventLoop(machine);
			loop.suspend();
			assertNotAlive(process);
			loop.resume();
			await().atMost(NOTICED_WITHIN).until(() -> liveness(process) == 200);
			assertThat(first.send("a message").halfClose().readToEnd().text()).isEqualTo("half a message");
			kill(loop, machine.classesByName("java.lang.NullPointerException").get(0).instances(1).get(0));
			assertThat(second.readToEnd().end()).isEqualTo(End.RST);
			assertNotAlive(process);
			machine.dispose();
		}
	}

	/**
	 * Throw failures into a loop until it is dead: it survives one, but not another while
	 * it puts up with the first.
	 */
	private static void kill(ThreadReference loop, ObjectReference failure) {
		await().atMost(NOTICED_WITHIN)
			.pollInterval(Duration.ofMillis(5))
			.ignoreException(IllegalThreadStateException.class)
			.until(() -> {
				boolean dead = loop.status() == ThreadReference.THREAD_STATUS_ZOMBIE;
				if (!dead) {
					loop.stop(failure);
				}
				return dead;
			});
	}

	private static EchoProcess debugged() {
		EchoProcess process = EchoProcess.configure()
			.jvmOption("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0")
			.start()
			.awaitStarted();
		assertThat(liveness(process)).isEqualTo(200);
		return process;
	}

	private static VirtualMachine attach(EchoProcess process) throws Exception {
		AttachingConnector connector = Bootstrap.virtualMachineManager()
			.attachingConnectors()
			.stream()
			.filter((candidate) -> candidate.name().equals("com.sun.jdi.SocketAttach"))
			.findFirst()
			.orElseThrow();
		Map<String, Argument> arguments = connector.defaultArguments();
		arguments.get("hostname").setValue("127.0.0.1");
		arguments.get("port").setValue(process.find("Listening for transport dt_socket at address: (\\d+)"));
		return connector.attach(arguments);
	}

	private static ThreadReference eventLoop(VirtualMachine machine) {
		return machine.allThreads()
			.stream()
			.filter((thread) -> thread.name().equals("tcp-echo-eof-0"))
			.findFirst()
			.orElseThrow();
	}

	/** Assert that liveness tells, while the port takes connects as ever. */
	private static void assertNotAlive(EchoProcess process) {
		await().atMost(NOTICED_WITHIN).until(() -> liveness(process) == 503);
		Peer.connect(process.port("eof")).close();
	}

	private static int liveness(EchoProcess process) {
		return new Management(process.managementPort()).get("/health/liveness").status();
	}

}
