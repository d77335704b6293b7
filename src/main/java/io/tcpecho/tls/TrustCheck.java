package io.tcpecho.tls;

/** A check of a peer's certificate that can fail. */
public enum TrustCheck {

	/** No trusted authority has issued it, or a signature in its chain is wrong. */
	ISSUER,

	/** It is for other names than the one asked for. */
	NAME,

	/** It has expired, or is not valid yet; or another one of its chain. */
	DATE,

	/** There is no certificate. */
	MISSING,

	/** Anything else: a revoked one, a weak key, or a use that it is not made for. */
	OTHER

}
