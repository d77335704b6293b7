package io.tcpecho.cli;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

import org.jspecify.annotations.Nullable;

/**
 * Shows the client's certificate to each server that wants one. The JDK shows none if the
 * server does not name its issuer: then the server's alert says that a certificate is
 * missing, and not what is wrong with it. Thread-safe.
 */
final class GivenKeyManager extends X509ExtendedKeyManager {

	private final X509ExtendedKeyManager keys;

	GivenKeyManager(X509ExtendedKeyManager keys) {
		this.keys = keys;
	}

	@Override
	public @Nullable String chooseEngineClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
			SSLEngine engine) {
		return this.keys.chooseEngineClientAlias(keyTypes, null, engine);
	}

	@Override
	public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
		return this.keys.chooseClientAlias(keyTypes, null, socket);
	}

	@Override
	public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
		return this.keys.getClientAliases(keyType, null);
	}

	@Override
	public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
		return this.keys.getServerAliases(keyType, issuers);
	}

	@Override
	public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
		return this.keys.chooseServerAlias(keyType, issuers, socket);
	}

	@Override
	public X509Certificate @Nullable [] getCertificateChain(String alias) {
		return this.keys.getCertificateChain(alias);
	}

	@Override
	public @Nullable PrivateKey getPrivateKey(String alias) {
		return this.keys.getPrivateKey(alias);
	}

}
