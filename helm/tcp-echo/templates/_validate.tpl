{{/*
Refuse what the schema cannot see: values that contradict each other or that the cluster or
the application would refuse later. Each message names the values and what they are.
*/}}
{{- define "tcp-echo.validate" -}}
{{- include "tcp-echo.validateComplete" . -}}
{{- include "tcp-echo.validatePorts" . -}}
{{- include "tcp-echo.validateListeners" . -}}
{{- include "tcp-echo.validateRoutes" . -}}
{{- include "tcp-echo.validateConfig" . -}}
{{- include "tcp-echo.validatePods" . -}}
{{- include "tcp-echo.validateService" . -}}
{{- include "tcp-echo.validateAvailability" . -}}
{{- include "tcp-echo.validateMetrics" . -}}
{{- include "tcp-echo.validateMonitor" . -}}
{{- include "tcp-echo.validateClients" . -}}
{{- end -}}

{{/*
With --reuse-values Helm takes the values of the old chart as they are, without those that
the new chart has added.
*/}}
{{- define "tcp-echo.validateComplete" -}}
{{- range $path := list "global" "image" "listeners" "drain" "management.service" "operator" "resources" "service.headless" "serviceAccount" "tcpRoute" "autoscaling.connections" "podDisruptionBudget" "networkPolicy.ingress" "networkPolicy.management" "networkPolicy.egress" "metrics.serviceMonitor" "metrics.podMonitor" "metrics.prometheusRule.alerts" "metrics.dashboard" "tests" "tests.targets" "monitor.mesh" "canary" "load" "kind" "namespaceOverride" "checkConfig" "verticalPodAutoscaler" "service.trafficDistribution" "metrics.prometheusRule.alertLabels" "metrics.prometheusRule.runbookUrl" -}}
{{- $value := $.Values -}}
{{- range splitList "." $path -}}
{{- if or (not (kindIs "map" $value)) (not (hasKey $value .)) -}}
{{- fail (printf "the values have no %s: they are of an older chart. Upgrade with --reset-then-reuse-values instead of --reuse-values, which leaves out what this chart has added" $path) -}}
{{- end -}}
{{- $value = get $value . -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "tcp-echo.validatePorts" -}}
{{- $listeners := fromJson (include "tcp-echo.listeners" .) -}}
{{- $ports := dict (toString (int .Values.management.port)) "management.port" -}}
{{- $servicePorts := dict -}}
{{- $nodePorts := dict -}}
{{- range $name, $listener := $listeners -}}
{{- if not $listener.port -}}
{{- fail (printf "listeners.%s.port is not set" $name) -}}
{{- end -}}
{{- $port := toString (int $listener.port) -}}
{{- with get $ports $port -}}
{{- fail (printf "listeners.%s.port and %s are both %s" $name . $port) -}}
{{- end -}}
{{- $_ := set $ports $port (printf "listeners.%s.port" $name) -}}
{{- $servicePort := include "tcp-echo.servicePort" $listener -}}
{{- with get $servicePorts $servicePort -}}
{{- fail (printf "the ports of listeners.%s and %s in the Service are both %s" $name . $servicePort) -}}
{{- end -}}
{{- $_ := set $servicePorts $servicePort (printf "listeners.%s" $name) -}}
{{- with $listener.nodePort -}}
{{- $nodePort := toString (int .) -}}
{{- with get $nodePorts $nodePort -}}
{{- fail (printf "listeners.%s.nodePort and %s are both %s" $name . $nodePort) -}}
{{- end -}}
{{- if eq $.Values.service.type "ClusterIP" -}}
{{- fail (printf "listeners.%s.nodePort is %s, which service.type ClusterIP does not have" $name $nodePort) -}}
{{- end -}}
{{- $_ := set $nodePorts $nodePort (printf "listeners.%s.nodePort" $name) -}}
{{- end -}}
{{- end -}}
{{- if not $listeners -}}
{{- fail "no listener is enabled: set listeners.NAME.enabled" -}}
{{- end -}}
{{- end -}}

{{- define "tcp-echo.validateListeners" -}}
{{- range $name, $listener := fromJson (include "tcp-echo.listeners" .) -}}
{{- $framing := default "eof" $listener.framing -}}
{{- if and (eq $framing "fixed") (not $listener.fixedLength) -}}
{{- fail (printf "listeners.%s.framing is fixed, and listeners.%s.fixedLength is not set" $name $name) -}}
{{- end -}}
{{- if and (ne $framing "fixed") $listener.fixedLength -}}
{{- fail (printf "listeners.%s.fixedLength is set, which framing %s does not have" $name $framing) -}}
{{- end -}}
{{- if and (ne $framing "eof") (eq (default "reset" $listener.onOversize) "truncate") -}}
{{- fail (printf "listeners.%s.onOversize is truncate, which framing %s does not have" $name $framing) -}}
{{- end -}}
{{- $max := default "5KB" $listener.maxMessageSize -}}
{{- if and $listener.fixedLength (gt (include "tcp-echo.bytes" $listener.fixedLength | int64) (include "tcp-echo.bytes" $max | int64)) -}}
{{- fail (printf "listeners.%s.fixedLength is %v, more than its maxMessageSize, %v" $name $listener.fixedLength $max) -}}
{{- end -}}
{{- $idle := dig "timeouts" "idle" "30s" $listener -}}
{{- $message := dig "timeouts" "message" "60s" $listener -}}
{{- if gt (include "tcp-echo.milliseconds" $idle | int64) (include "tcp-echo.milliseconds" $message | int64) -}}
{{- fail (printf "listeners.%s.timeouts.idle is %s, longer than its timeouts.message, %s" $name $idle $message) -}}
{{- end -}}
{{- if or (hasPrefix "127." (default "" $listener.address)) (has $listener.address (list "localhost" "::1")) -}}
{{- fail (printf "listeners.%s.address is %s, which no other pod can connect to" $name $listener.address) -}}
{{- end -}}
{{- if and $.Values.hostNetwork (lt (int $listener.port) 1024) -}}
{{- fail (printf "listeners.%s.port is %d, and with hostNetwork a user that is not root cannot listen below 1024" $name (int $listener.port)) -}}
{{- end -}}
{{- if $.Values.tests.enabled -}}
{{- include "tcp-echo.validateTest" (dict "root" $ "name" $name "framing" $framing "listener" $listener "max" $max) -}}
{{- end -}}
{{- end -}}
{{- $listeners := fromJson (include "tcp-echo.echoListeners" .) -}}
{{- range $name, $targets := .Values.tests.targets -}}
{{- if not (hasKey $listeners $name) -}}
{{- fail (printf "tests.targets names %s, which is no listener that helm test probes" $name) -}}
{{- end -}}
{{- range $targets -}}
{{- if not (regexMatch (include "tcp-echo.target" $) (tpl . $)) -}}
{{- fail (printf "tests.targets.%s has %s, which is not HOST:PORT, such as gateway.example.com:7007 or [2001:db8::1]:7007" $name .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.tests.eachNode .Values.tests.nodes -}}
{{- fail "tests.eachNode is true, and tests.nodes names nodes: set one of them" -}}
{{- end -}}
{{- if .Values.tests.enabled -}}
{{- if and (not (fromJson (include "tcp-echo.echoListeners" .))) (fromJson (include "tcp-echo.listeners" .)) -}}
{{- fail "tests.enabled is true, and no enabled listener has service echo without TLS, which helm test probes: set tests.enabled to false" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The test's message has to fit into the listener. */}}
{{- define "tcp-echo.validateTest" -}}
{{- $size := .root.Values.tests.size -}}
{{- if and (not .listener.fixedLength) (eq (default "echo" .listener.service) "echo") (ne .framing "stream") -}}
{{- $header := get (dict "length-1" "255B" "length-2" "65535B") .framing -}}
{{- if gt (include "tcp-echo.bytes" $size | int64) (include "tcp-echo.bytes" .max | int64) -}}
{{- fail (printf "tests.size is %v, more than listeners.%s.maxMessageSize, %v: helm test could only fail" $size .name .max) -}}
{{- end -}}
{{- if and $header (gt (include "tcp-echo.bytes" $size | int64) (include "tcp-echo.bytes" $header | int64)) -}}
{{- fail (printf "tests.size is %v, more than a message of framing %s can have: helm test could only fail" $size .framing) -}}
{{- end -}}
{{- end -}}
{{- if and (include "tcp-echo.requiresHeader" .listener) (dig "proxyProtocol" "from" list .listener) (ne (dig "proxyProtocol" "others" "reset" .listener) "direct") -}}
{{- fail (printf "listeners.%s.proxyProtocol takes connections from %s only, where the pods of helm test are not: set tests.enabled to false, or its others to direct" .name (join ", " .listener.proxyProtocol.from)) -}}
{{- end -}}
{{- if and (dig "tls" "secretName" "" .listener) (dig "tls" "bundle" "" .listener) -}}
{{- fail (printf "listeners.%s.tls.secretName and listeners.%s.tls.bundle are both set: the Secret makes a bundle of its own" .name .name) -}}
{{- end -}}
{{- if and (dig "tls" "secretName" "" .listener) (eq (dig "tls" "clientAuth" "none" .listener) "need") -}}
{{- fail (printf "listeners.%s.tls.clientAuth is need, and helm test has no certificate: set tests.enabled to false" .name) -}}
{{- end -}}
{{- end -}}

{{- define "tcp-echo.validateRoutes" -}}
{{- $listeners := fromJson (include "tcp-echo.listeners" .) -}}
{{- $routes := list -}}
{{- range .Values.tcpRoute.listeners -}}
{{- if not (hasKey $listeners .) -}}
{{- fail (printf "tcpRoute.listeners names %s, which is no enabled listener" .) -}}
{{- end -}}
{{- end -}}
{{- if .Values.tcpRoute.enabled -}}
{{- $taken := dict -}}
{{- range $name, $listener := $listeners -}}
{{- if or (not $.Values.tcpRoute.listeners) (has $name $.Values.tcpRoute.listeners) -}}
{{- $refs := dig "tcpRoute" "parentRefs" $.Values.tcpRoute.parentRefs $listener -}}
{{- if not $refs -}}
{{- fail (printf "tcpRoute.enabled is true, and tcpRoute.parentRefs is empty: name a Gateway, there or in listeners.%s.tcpRoute.parentRefs" $name) -}}
{{- end -}}
{{- range $refs -}}
{{- if or (hasKey . "port") (hasKey . "sectionName") -}}
{{- $place := toJson (pick . "namespace" "name" "sectionName" "port") -}}
{{- with get $taken $place -}}
{{- fail (printf "the TCPRoutes of listeners.%s and listeners.%s have the parent %s: a listener of a Gateway serves one of them. Set listeners.NAME.tcpRoute.parentRefs" . $name $place) -}}
{{- end -}}
{{- $_ := set $taken $place $name -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
