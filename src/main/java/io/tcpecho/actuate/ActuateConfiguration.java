package io.tcpecho.actuate;

import io.micrometer.core.instrument.MeterRegistry;
import io.tcpecho.client.EchoClients;
import io.tcpecho.console.ConsoleProperties;
import io.tcpecho.monitor.Matrix;
import io.tcpecho.monitor.Monitor;
import io.tcpecho.monitor.RequestedProbes;
import io.tcpecho.server.EchoListeners;
import io.tcpecho.server.ServerTls;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AuditListener;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * The beans of the management endpoints, the health indicators and the meters.
 */
@Configuration(proxyBeanMethods = false)
@Import(ManagementServer.class)
@EnableConfigurationProperties({ ManagementProperties.class, SelfCheckProperties.class, ConsoleProperties.class })
class ActuateConfiguration {

	@Bean
	BoundAddressCheck boundAddressCheck(ManagementProperties management, Environment environment) {
		return new BoundAddressCheck(management, ManagementPortType.get(environment) == ManagementPortType.DIFFERENT);
	}

	/** A server without endpoints has no console. */
	@Bean
	ConsoleSwitch consoleSwitch(ConsoleProperties properties, BoundAddressCheck bound, Environment environment) {
		return new ConsoleSwitch(ManagementPortType.get(environment) != ManagementPortType.DISABLED,
				properties.enabled(), bound::isLoopback);
	}

	@Bean
	Audit audit(ApplicationEventPublisher publisher) {
		return new Audit(publisher);
	}

	@Bean
	AuditEventRepository auditEvents() {
		return new AuditEvents();
	}

	/** Store the events that are published, whichever part of the application does. */
	@Bean
	AuditListener auditListener(AuditEventRepository events) {
		return new AuditListener(events);
	}

	@Bean
	Refusals refusals(Audit audit) {
		return new Refusals(audit, System::nanoTime);
	}

	/** Record a request before its arguments are checked, so that it wraps the check. */
	@Bean
	@Order(1)
	ArgumentsAdvisor argumentsAdvisor() {
		return new ArgumentsAdvisor();
	}

	@Bean
	@Order(2)
	AuditAdvisor auditAdvisor(Audit audit) {
		return new AuditAdvisor(audit);
	}

	@Bean
	TcpEchoMeters tcpEchoMeters(MeterRegistry registry, ObjectProvider<EchoListeners> listeners) {
		return new TcpEchoMeters(registry, listeners);
	}

	@Bean
	ConnectionsEndpoint connectionsEndpoint(EchoListeners listeners, ObjectProvider<EndpointJsonMapper> mappers) {
		EndpointJsonMapper mapper = mappers.getIfAvailable();
		JsonMapper json = (mapper != null) ? mapper.get() : JsonMapper.shared();
		return new ConnectionsEndpoint(listeners, json::writeValueAsBytes);
	}

	@Bean
	ListenersEndpoint listenersEndpoint(EchoListeners listeners, TcpEchoMeters meters) {
		return new ListenersEndpoint(listeners, meters::recentLatency);
	}

	@Bean
	ProbesEndpoint probesEndpoint(Monitor monitor, Matrix matrix) {
		return new ProbesEndpoint(monitor, matrix);
	}

	@Bean
	ProbeEndpoint probeEndpoint(RequestedProbes probes) {
		return new ProbeEndpoint(probes);
	}

	@Bean
	@ConditionalOnBooleanProperty("tcp-echo.self-check.enabled")
	SelfCheck selfCheck(EchoClients clients, ServerTls tls, SelfCheckProperties properties) {
		return new SelfCheck(clients, tls, properties.timeout());
	}

	@Bean
	TcpEchoHealthIndicator tcpEchoHealthIndicator(EchoListeners listeners, ObjectProvider<SelfCheck> selfCheck) {
		return new TcpEchoHealthIndicator(listeners, selfCheck.getIfAvailable());
	}

	@Bean
	EventLoopsHealthIndicator eventLoopsHealthIndicator(EchoListeners listeners) {
		return new EventLoopsHealthIndicator(listeners);
	}

	@Bean
	TcpEchoInfoContributor tcpEchoInfoContributor(EchoListeners listeners) {
		return new TcpEchoInfoContributor(listeners);
	}

}
