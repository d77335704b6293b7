package io.tcpecho.testing;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

import javax.net.ssl.SSLSession;

import io.tcpecho.connection.ProxyDetails;
import io.tcpecho.connection.ProxyRefusal;
import io.tcpecho.connection.TlsDetails;
import io.tcpecho.wire.Wire;

/**
 * A connection that its layers must not call: each method fails unless a test overrides
 * it.
 */
public interface StrictHost extends Wire.Host {

	@Override
	default long now() {
		throw new UnsupportedOperationException("now");
	}

	@Override
	default void turnAfter(long nanos) {
		throw new UnsupportedOperationException("turnAfter");
	}

	@Override
	default void offload(Executor threads, Runnable slow) {
		throw new UnsupportedOperationException("offload");
	}

	@Override
	default String id() {
		throw new UnsupportedOperationException("id");
	}

	@Override
	default InetSocketAddress remote() {
		throw new UnsupportedOperationException("remote");
	}

	@Override
	default void peer(InetSocketAddress client) {
		throw new UnsupportedOperationException("peer");
	}

	@Override
	default void proxied(ProxyDetails details) {
		throw new UnsupportedOperationException("proxied");
	}

	@Override
	default void proxyRefused(ProxyRefusal refusal) {
		throw new UnsupportedOperationException("proxyRefused");
	}

	@Override
	default void secured(SSLSession session, TlsDetails details) {
		throw new UnsupportedOperationException("secured");
	}

	@Override
	default void sendAtOnce() {
		throw new UnsupportedOperationException("sendAtOnce");
	}

	@Override
	default void finish() {
		throw new UnsupportedOperationException("finish");
	}

}
