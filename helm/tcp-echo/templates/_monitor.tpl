{{/* What the servers probe on a schedule. */}}

{{/* The name of the listener that the mesh probes. */}}
{{- define "tcp-echo.meshListener" -}}
{{- $listeners := fromJson (include "tcp-echo.echoListeners" .) -}}
{{- if .Values.monitor.mesh.listener -}}
{{- .Values.monitor.mesh.listener -}}
{{- else if hasKey $listeners "eof" -}}
eof
{{- else if $listeners -}}
{{- keys $listeners | sortAlpha | first -}}
{{- end -}}
{{- end -}}

{{/* The port of the first listener of service lab that needs neither TLS nor a header: by it replicas tell their rows. */}}
{{- define "tcp-echo.meshLabPort" -}}
{{- $port := "" -}}
{{- range $name, $listener := fromJson (include "tcp-echo.listeners" .) -}}
{{- if and (eq (default "echo" $listener.service) "lab") (not $listener.tls) (not (include "tcp-echo.requiresHeader" $listener)) (not $port) -}}
{{- $port = int $listener.port -}}
{{- end -}}
{{- end -}}
{{- $port -}}
{{- end -}}

{{/* The names of the listeners that the pods of the mesh connect to, as JSON. */}}
{{- define "tcp-echo.meshListeners" -}}
{{- $names := list -}}
{{- if .Values.monitor.mesh.enabled -}}
{{- $labPort := include "tcp-echo.meshLabPort" . -}}
{{- range $name, $listener := fromJson (include "tcp-echo.listeners" .) -}}
{{- if or (eq $name (include "tcp-echo.meshListener" $)) (eq (toString (int $listener.port)) $labPort) -}}
{{- $names = append $names $name -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $names -}}
{{- end -}}

{{/* tcp-echo.monitor, as JSON; empty if nothing is probed. */}}
{{- define "tcp-echo.monitorConfig" -}}
{{- $targets := dict -}}
{{- range $name, $target := .Values.monitor.targets -}}
{{- $keys := fromJson (include "tcp-echo.kebab" $target) -}}
{{- range $key, $value := $keys -}}
{{- $_ := set $keys $key (kindIs "float64" $value | ternary (int64 $value) $value) -}}
{{- end -}}
{{- if $keys.sizes -}}
{{- $sizes := list -}}
{{- range $keys.sizes -}}
{{- $sizes = append $sizes (include "tcp-echo.sizeOf" .) -}}
{{- end -}}
{{- $_ := set $keys "sizes" $sizes -}}
{{- end -}}
{{- if $keys.target -}}
{{- $_ := set $keys "target" (tpl $keys.target $) -}}
{{- end -}}
{{- $_ := set $targets $name $keys -}}
{{- end -}}
{{- with .Values.monitor.mesh -}}
{{- if .enabled -}}
{{- $listener := get (fromJson (include "tcp-echo.listeners" $)) (include "tcp-echo.meshListener" $) -}}
{{- $mesh := dict "target" (printf "dns:%s:%d" (include "tcp-echo.headlessHost" $) (int $listener.port)) "interval" .interval "max-targets" (int .maxTargets) "framing" (default "eof" $listener.framing) -}}
{{- with $listener.fixedLength -}}
{{- $_ := set $mesh "sizes" (list (include "tcp-echo.sizeOf" .)) -}}
{{- end -}}
{{- if $listener.identify -}}
{{- $_ := set $mesh "identify" true -}}
{{- end -}}
{{- if include "tcp-echo.testSendsHeader" $listener -}}
{{- $_ := set $mesh "proxy-protocol" "v2" -}}
{{- end -}}
{{- if dig "tls" "secretName" "" $listener -}}
{{- $_ := set $mesh "tls" (dict "bundle" "mesh" "server-name" (include "tcp-echo.serviceHost" $)) -}}
{{- end -}}
{{- with include "tcp-echo.meshLabPort" $ -}}
{{- $_ := set $mesh "lab-port" (int .) -}}
{{- end -}}
{{- $_ := set $targets "mesh" $mesh -}}
{{- end -}}
{{- end -}}
{{- $monitor := dict -}}
{{- with $targets -}}
{{- $_ := set $monitor "targets" . -}}
{{- end -}}
{{- with .Values.monitor.allow -}}
{{- $_ := set $monitor "allow" . -}}
{{- end -}}
{{- if $monitor -}}
{{- toJson $monitor -}}
{{- end -}}
{{- end -}}

{{/* Refuse what the mesh, a target or a network policy contradicts. */}}
{{- define "tcp-echo.validateMonitor" -}}
{{- $monitor := .Values.monitor -}}
{{- if $monitor.mesh.enabled -}}
{{- $name := include "tcp-echo.meshListener" . -}}
{{- $listener := get (fromJson (include "tcp-echo.listeners" .)) $name -}}
{{- if not (hasKey (fromJson (include "tcp-echo.echoListeners" .)) $name) -}}
{{- fail (printf "monitor.mesh.enabled is true, and monitor.mesh.listener, %q, is no enabled listener of service echo whose TLS, if it has one, is of a Secret" $name) -}}
{{- end -}}
{{- if hasKey $monitor.targets "mesh" -}}
{{- fail "monitor.targets has mesh, the name of the target that monitor.mesh.enabled makes" -}}
{{- end -}}
{{- if .Values.service.headless.publishNotReadyAddresses -}}
{{- fail "service.headless.publishNotReadyAddresses is true, and with monitor.mesh.enabled a pod that starts or drains would be a failure" -}}
{{- end -}}
{{- if eq (dig "tls" "clientAuth" "none" $listener) "need" -}}
{{- fail (printf "listeners.%s.tls.clientAuth is need, and the mesh has no certificate: set monitor.mesh.listener to another" $name) -}}
{{- end -}}
{{- if $listener.greeting -}}
{{- fail (printf "listeners.%s.greeting is set, which the mesh does not expect: set monitor.mesh.listener to another" $name) -}}
{{- end -}}
{{- if and (include "tcp-echo.requiresHeader" $listener) (dig "proxyProtocol" "from" list $listener) (ne (dig "proxyProtocol" "others" "reset" $listener) "direct") -}}
{{- fail (printf "listeners.%s.proxyProtocol takes connections from %s only, where the other pods are not: set monitor.mesh.listener to another, or its others to direct" $name (join ", " $listener.proxyProtocol.from)) -}}
{{- end -}}
{{- else if $monitor.mesh.listener -}}
{{- fail (printf "monitor.mesh.listener is %s, and monitor.mesh.enabled is false" $monitor.mesh.listener) -}}
{{- end -}}
{{- range $name, $target := $monitor.targets -}}
{{- if and $target.target (gt (include "tcp-echo.milliseconds" (default "5s" $target.timeout) | int64) (include "tcp-echo.milliseconds" (default "30s" $target.interval) | int64)) -}}
{{- fail (printf "monitor.targets.%s.timeout is %s, longer than its interval, %s" $name (default "5s" $target.timeout) (default "30s" $target.interval)) -}}
{{- end -}}
{{- end -}}
{{- with .Values.networkPolicy -}}
{{- if and .enabled .egress.enabled (not .egress.rules) (or $monitor.targets $monitor.allow) -}}
{{- fail (printf "monitor.%s is set, and networkPolicy.egress lets the pods connect to nothing: name what they probe, and the name server, in networkPolicy.egress.rules" ($monitor.targets | empty | ternary "allow" "targets")) -}}
{{- end -}}
{{- end -}}
{{- end -}}
