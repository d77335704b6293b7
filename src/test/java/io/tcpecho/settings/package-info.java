@NullMarked
package io.tcpecho.settings;

import org.jspecify.annotations.NullMarked;
