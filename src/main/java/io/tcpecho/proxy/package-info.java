/**
 * The PROXY protocol: the header by which a proxy tells a server where a connection comes
 * from, its strict parser, and the layer of a listener that takes it. This package may
 * use the packages {@code wire}, {@code connection} and {@code text}.
 */
@NullMarked
package io.tcpecho.proxy;

import org.jspecify.annotations.NullMarked;
