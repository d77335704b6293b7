package io.tcpecho.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.tcpecho.nio.NioServerConnectionFactory;
import io.tcpecho.settings.TcpEchoProperties.ExecutorKind;
import io.tcpecho.settings.TcpEchoProperties.Listener;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads that run the echo service where a listener does not leave it on its event
 * loops. Daemons: a service that hangs must not keep the process.
 */
class ServiceExecutors implements DisposableBean {

	private final List<ExecutorService> pools = new ArrayList<>();

	/** Give a connection factory the executor that its listener asks for. */
	void assign(NioServerConnectionFactory factory, Listener listener) {
		String prefix = "tcp-echo-" + factory.getListenerName() + "-service-";
		if (listener.executor() == ExecutorKind.VIRTUAL) {
			VirtualThreadTaskExecutor executor = new VirtualThreadTaskExecutor(prefix);
			// The first virtual thread sets up what all need. If it failed for want of a
			// platform thread later on, Java would not try again as long as it runs.
			executor.execute(() -> {
			});
			factory.setServiceExecutor(executor, Integer.MAX_VALUE);
			return;
		}
		CustomizableThreadFactory threads = new CustomizableThreadFactory(prefix);
		threads.setDaemon(true);
		ExecutorService pool = Executors.newFixedThreadPool(listener.poolSize(), threads);
		this.pools.add(pool);
		factory.setServiceExecutor(pool, listener.poolSize() + listener.poolQueue());
	}

	@Override
	public void destroy() {
		this.pools.forEach(ExecutorService::shutdownNow);
	}

}
