package io.tcpecho.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.tcpecho.nio.ListenerOptions;
import io.tcpecho.settings.ListenerSettings;
import io.tcpecho.settings.TcpEchoProperties.ExecutorKind;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads that run the echo service where a listener does not leave it on its event
 * loops. Daemons: a service that hangs must not keep the process.
 */
class ServiceExecutors implements DisposableBean {

	private final List<ExecutorService> pools = new ArrayList<>();

	/** Add the executor that a listener asks for to its options. */
	ListenerOptions assign(ListenerOptions options, ListenerSettings settings) {
		String prefix = "tcp-echo-" + options.name() + "-service-";
		if (settings.executor() == ExecutorKind.VIRTUAL) {
			VirtualThreadTaskExecutor executor = new VirtualThreadTaskExecutor(prefix);
			// The first virtual thread sets up what all need. If it failed for want of a
			// platform thread later on, Java would not try again as long as it runs.
			executor.execute(() -> {
			});
			return options.withServiceExecutor(executor, Integer.MAX_VALUE);
		}
		CustomizableThreadFactory threads = new CustomizableThreadFactory(prefix);
		threads.setDaemon(true);
		ExecutorService pool = Executors.newFixedThreadPool(settings.poolSize(), threads);
		this.pools.add(pool);
		return options.withServiceExecutor(pool, settings.poolSize() + settings.poolQueue());
	}

	@Override
	public void destroy() {
		this.pools.forEach(ExecutorService::shutdownNow);
	}

}
