/**
 * TLS as a layer of a wire, for servers and clients, on the {@code SSLEngine} of the JDK.
 * It uses {@code wire}, {@code connection} and {@code text}, and no Spring.
 */
@NullMarked
package io.tcpecho.tls;

import org.jspecify.annotations.NullMarked;
