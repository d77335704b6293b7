@NullMarked
package io.tcpecho.probe.diagnosis;

import org.jspecify.annotations.NullMarked;
