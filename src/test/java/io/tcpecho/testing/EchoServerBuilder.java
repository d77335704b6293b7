package io.tcpecho.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.tcpecho.TcpEchoApplication;
import io.tcpecho.connection.ListenerObserver;
import io.tcpecho.echo.EchoService;
import io.tcpecho.nio.ListenerOptions;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The configuration of an {@link EchoServer}, and its start.
 */
public final class EchoServerBuilder {

	private final Map<String, String> properties = new LinkedHashMap<>();

	private EchoService service = EchoService.identity();

	private UnaryOperator<ListenerOptions> change = UnaryOperator.identity();

	private WebApplicationType web = WebApplicationType.NONE;

	EchoServerBuilder() {
		property("tcp-echo.listeners.eof.enabled", "false");
		property("tcp-echo.drain.timeout", "1s");
		listener("port", "0");
		listener("address", "127.0.0.1");
	}

	/** Set a property of the listener, for example {@code timeouts.idle}. */
	public EchoServerBuilder listener(String key, Object value) {
		return property("tcp-echo.listeners.echo." + key, value.toString());
	}

	/** Set any property. */
	public EchoServerBuilder property(String key, String value) {
		this.properties.put(key, value);
		return this;
	}

	/** Replace the echo service. */
	public EchoServerBuilder service(EchoService service) {
		this.service = service;
		return this;
	}

	/** Change the options of the listener, for what no property can set. */
	public EchoServerBuilder options(UnaryOperator<ListenerOptions> change) {
		this.change = change;
		return this;
	}

	/** Serve management HTTP, too, on a free port of 127.0.0.1. */
	public EchoServerBuilder management() {
		this.web = WebApplicationType.SERVLET;
		return property("server.port", "0");
	}

	/** Start the server. */
	public EchoServer start() {
		// Spring Boot leaves it behind when a context had it, for every later one.
		System.clearProperty("CONSOLE_LOG_STRUCTURED_FORMAT");
		Recorder recorder = new Recorder();
		String[] arguments = this.properties.entrySet()
			.stream()
			.map((property) -> "--" + property.getKey() + "=" + property.getValue())
			.toArray(String[]::new);
		ConfigurableApplicationContext context = new SpringApplicationBuilder(TcpEchoApplication.class).web(this.web)
			.registerShutdownHook(false)
			.initializers((starting) -> register((GenericApplicationContext) starting, recorder))
			.run(arguments);
		return new EchoServer(context, recorder);
	}

	private void register(GenericApplicationContext starting, Recorder recorder) {
		starting.registerBean("countingEchoService", EchoService.class, () -> recorder.counting(this.service),
				(definition) -> definition.setPrimary(true));
		starting.registerBean("recorder", ListenerObserver.Factory.class, () -> (listener) -> recorder);
		starting.getBeanFactory().addBeanPostProcessor(new OptionsChange(this.change));
	}

	/** Changes the options of the listener, before its connection factory is made. */
	private record OptionsChange(UnaryOperator<ListenerOptions> change) implements BeanPostProcessor {

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			return (bean instanceof ListenerOptions options) ? this.change.apply(options) : bean;
		}

	}

}
