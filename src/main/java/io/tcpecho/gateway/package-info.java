/**
 * The connection factories and gateways of Spring Integration, on the connections of the
 * package {@code nio}: the only classes that extend Spring's. This package uses
 * {@code nio} and what {@code nio} uses.
 *
 * <ul>
 * <li>Server: {@link io.tcpecho.gateway.NioServerConnectionFactory} starts the listening
 * socket and its loops; {@link io.tcpecho.gateway.Admission} gives accepted sockets a
 * place; {@link io.tcpecho.gateway.GatewayServerConnection} is what Spring and operators
 * see of a connection.</li>
 * <li>Client: {@link io.tcpecho.gateway.NioClientConnectionFactory} and
 * {@link io.tcpecho.gateway.GatewayClientConnection}.</li>
 * </ul>
 */
@NullMarked
package io.tcpecho.gateway;

import org.jspecify.annotations.NullMarked;
