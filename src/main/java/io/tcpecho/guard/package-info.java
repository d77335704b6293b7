/**
 * The guard of the management port: an endpoint of Tomcat whose places cannot be held by
 * clients that never finish a request. This package uses no other package of the project.
 */
@NullMarked
package io.tcpecho.guard;

import org.jspecify.annotations.NullMarked;
