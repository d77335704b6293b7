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
 * The threads that run the echo service of each listener with executor pool or virtual.
 * They are daemon threads, so a service that hangs does not keep the process alive.
 */
class ServiceExecutors implements DisposableBean {

	private final List<ExecutorService> pools = new ArrayList<>();

	/** Add the executor of a listener to its options. */
	ListenerOptions assign(ListenerOptions options, ListenerSettings settings) {
		String prefix = "tcp-echo-" + options.name() + "-service-";
		if (settings.executor() == ExecutorKind.VIRTUAL) {
			VirtualThreadTaskExecutor executor = new VirtualThreadTaskExecutor(prefix);
			// The first virtual thread initializes the JDK's scheduler. If this failed
			// later for lack of a platform thread, the JDK would not try again.
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
