package io.tcpecho.settings;

import java.util.ArrayList;
import java.util.List;

import io.tcpecho.framing.Framing;
import io.tcpecho.settings.TcpEchoProperties.ExecutorKind;
import io.tcpecho.settings.TcpEchoProperties.Listener;
import io.tcpecho.settings.TcpEchoProperties.OnOversize;
import io.tcpecho.settings.TcpEchoProperties.Service;
import io.tcpecho.text.Labels;

/**
 * The keys of a listener that contradict its service: each service but the echo has a
 * wire format of its own and needs no threads.
 */
final class ServiceChecks {

	private ServiceChecks() {
	}

	/**
	 * Find the contradictions.
	 * @param key the prefix of the listener's keys
	 * @return a sentence for each, naming the key, its value and the service
	 */
	static List<String> find(String key, Listener listener) {
		List<String> problems = new ArrayList<>();
		if (listener.service() == Service.ECHO) {
			return problems;
		}
		String without = ", which service " + Labels.of(listener.service()) + " does not have";
		if (listener.framing() != Framing.EOF) {
			problems.add(key + ".framing is " + Labels.of(listener.framing()) + without);
		}
		if (listener.onOversize() == OnOversize.TRUNCATE) {
			problems.add(key + ".on-oversize is truncate" + without);
		}
		if (listener.executor() != ExecutorKind.NONE) {
			problems.add(key + ".executor is " + Labels.of(listener.executor()) + without);
		}
		return problems;
	}

}
