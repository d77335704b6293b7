package io.tcpecho.server;

import java.util.ArrayList;
import java.util.List;

import io.tcpecho.connection.ListenerCounters;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.fault.ListenerFaults;
import io.tcpecho.framing.FrameDeserializer;
import io.tcpecho.gateway.CompositeObserver;
import io.tcpecho.gateway.NioInboundGateway;
import io.tcpecho.gateway.NioServerConnectionFactory;
import io.tcpecho.limits.ConnectionTimeouts;
import io.tcpecho.limits.MemoryBudget;
import io.tcpecho.nio.ListenerOptions;
import io.tcpecho.settings.FaultsProperties;
import io.tcpecho.settings.ListenerSettings;
import io.tcpecho.settings.ServerSettings;
import io.tcpecho.settings.TcpEchoProperties;
import io.tcpecho.settings.TcpEchoProperties.ExecutorKind;
import io.tcpecho.settings.TcpEchoProperties.Timeouts;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.beans.factory.BeanRegistry.SupplierContext;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.messaging.MessageHandler;

/**
 * Registers the beans of each enabled listener, named after it: for {@code eof} the
 * {@code eof.options} and their {@code eof.connectionFactory}, the {@code eof.flow} from
 * {@code eof.gateway} through the channel {@code eof.requests} to {@code eof.echo}, where
 * its {@code eof.service} answers, and the {@code eof.listener} that holds them together.
 */
class ListenerRegistrar implements BeanRegistrar {

	@Override
	public void register(BeanRegistry registry, Environment environment) {
		TcpEchoProperties properties = Binder.get(environment)
			.bindOrCreate(TcpEchoProperties.PREFIX, TcpEchoProperties.class);
		properties.listeners().forEach((name, listener) -> {
			if (listener.enabled()) {
				register(registry, name);
			}
		});
	}

	private static void register(BeanRegistry registry, String name) {
		registry.registerBean(name + ".faults", ListenerFaults.class,
				(spec) -> spec.supplier((context) -> new ListenerFaults(name)));
		registry.registerBean(name + ".counters", ListenerCounters.class,
				(spec) -> spec.supplier((context) -> new ListenerCounters()));
		registry.registerBean(name + ".service", ListenerService.class,
				(spec) -> spec.supplier((context) -> ListenerService.of(settings(name, context), context)));
		registry.registerBean(name + ".options", ListenerOptions.class,
				(spec) -> spec.supplier((context) -> options(name, context)));
		registry.registerBean(name + ".connectionFactory", NioServerConnectionFactory.class, (spec) -> spec.supplier(
				(context) -> new NioServerConnectionFactory(context.bean(name + ".options", ListenerOptions.class))));
		registry.registerBean(name + ".requests", DirectChannel.class,
				(spec) -> spec.supplier((context) -> new DirectChannel()));
		registry.registerBean(name + ".gateway", NioInboundGateway.class,
				(spec) -> spec.supplier((context) -> gateway(name, context)));
		registry.registerBean(name + ".flow", IntegrationFlow.class,
				(spec) -> spec.supplier((context) -> flow(name, context)));
		registry.registerBean(name + ".listener", EchoListener.class,
				(spec) -> spec.supplier((context) -> new EchoListener(settings(name, context),
						context.bean(name + ".connectionFactory", NioServerConnectionFactory.class),
						context.bean(name + ".counters", ListenerCounters.class), faults(name, context))));
	}

	private static @Nullable ListenerFaults faults(String name, SupplierContext context) {
		return context.bean(FaultsProperties.class).enabled() ? context.bean(name + ".faults", ListenerFaults.class)
				: null;
	}

	private static ListenerSettings settings(String name, SupplierContext context) {
		return context.bean(ServerSettings.class).listener(name);
	}

	private static ListenerService service(String name, SupplierContext context) {
		return context.bean(name + ".service", ListenerService.class);
	}

	private static ListenerOptions options(String name, SupplierContext context) {
		ListenerSettings settings = settings(name, context);
		ListenerService service = service(name, context);
		List<ListenerObserver> observers = observers(name, context);
		ListenerOptions options = ListenerOptions.of(name, settings.port(), timeouts(settings), budget(context))
			.withFraming(settings.framing(), settings.maxMessageSizeInBytes())
			.withBacklog(settings.backlog())
			.withEventLoops(settings.eventLoops())
			.withConnectionLimits(settings.maxConnections(), settings.maxConnectionsPerAddress())
			.withLayers(ListenerWires.of(settings, service, context.bean(ServerTls.class),
					new CompositeObserver(name, observers), context.bean(IdentityLine.class), faults(name, context)))
			.withObservers(observers);
		FrameDeserializer deserializer = service.deserializer();
		if (deserializer != null) {
			options = options.withDeserializer(deserializer);
		}
		if (settings.address() != null) {
			options = options.withAddress(settings.address());
		}
		if (settings.executor() != ExecutorKind.NONE) {
			options = context.bean(ServiceExecutors.class).assign(options, settings);
		}
		return options;
	}

	/**
	 * Return the memory of a listener: with others beside it, it has a share of its own.
	 */
	private static MemoryBudget budget(SupplierContext context) {
		ServerSettings settings = context.bean(ServerSettings.class);
		MemoryBudget budget = context.bean(MemoryBudget.class);
		return (settings.listeners().size() > 1) ? budget.share(settings.shareInBytes()) : budget;
	}

	private static List<ListenerObserver> observers(String name, SupplierContext context) {
		List<ListenerObserver> observers = new ArrayList<>();
		observers.add(context.bean(name + ".counters", ListenerCounters.class));
		observers.add(new AccessLog());
		observers.addAll(service(name, context).observers());
		context.beanProvider(ListenerObserver.Factory.class).forEach((factory) -> observers.add(factory.create(name)));
		return observers;
	}

	private static ConnectionTimeouts timeouts(ListenerSettings settings) {
		Timeouts timeouts = settings.timeouts();
		return new ConnectionTimeouts(timeouts.idle(), timeouts.message(), timeouts.service(), timeouts.write(),
				settings.minWriteRateInBytes());
	}

	private static NioInboundGateway gateway(String name, SupplierContext context) {
		NioInboundGateway gateway = new NioInboundGateway();
		gateway.setConnectionFactory(context.bean(name + ".connectionFactory", NioServerConnectionFactory.class));
		gateway.setRequestChannel(context.bean(name + ".requests", DirectChannel.class));
		return gateway;
	}

	private static IntegrationFlow flow(String name, SupplierContext context) {
		NioInboundGateway gateway = context.bean(name + ".gateway", NioInboundGateway.class);
		MessageHandler handler = service(name, context).handler();
		return (handler != null)
				? IntegrationFlow.from(gateway).handle(handler, (endpoint) -> endpoint.id(name + ".echo")).get()
				: IntegrationFlow.from(gateway).nullChannel();
	}

}
