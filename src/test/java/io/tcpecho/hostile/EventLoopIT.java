package io.tcpecho.hostile;

import java.time.Duration;
import java.util.Map;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector.Argument;
import io.tcpecho.testing.EchoProcess;
import io.tcpecho.testing.Management;
import io.tcpecho.testing.Peer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The thread of an event loop that a debugger suspends: the port still takes connects,
 * and only the liveness tells. HealthTests has a loop that is dead.
 */
@Tag("reliability")
class EventLoopIT {

	/** The 10 s that are promised, and as much for a busy machine. */
	private static final Duration NOTICED_WITHIN = Duration.ofSeconds(20);

	@Test
	@DisplayName("Liveness fails within ten seconds of a stuck event loop, until it goes on")
	void whenTheEventLoopIsStuckLivenessFailsWithinTenSecondsUntilItGoesOn() throws Exception {
		try (EchoProcess process = debugged(); Peer peer = Peer.connect(process.port("eof")).send("half ")) {
			VirtualMachine machine = attach(process);
			ThreadReference loop = eventLoop(machine);
			loop.suspend();
			await().atMost(NOTICED_WITHIN).until(() -> liveness(process) == 503);
			Peer.connect(process.port("eof")).close();
			loop.resume();
			await().atMost(NOTICED_WITHIN).until(() -> liveness(process) == 200);
			assertThat(peer.send("a message").halfClose().readToEnd().text()).isEqualTo("half a message");
			machine.dispose();
		}
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

	private static int liveness(EchoProcess process) {
		return new Management(process.managementPort()).get("/health/liveness").status();
	}

}
