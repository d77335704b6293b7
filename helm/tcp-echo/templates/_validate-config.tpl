{{/*
Keys of the application that the values must not set, because the chart computes ports,
times and probes from values of its own. Names are compared as Spring does: without regard
to case, dashes, dots and underscores of environment variables, in config as a tree or in
one line, in arguments and in variables.
*/}}
{{- define "tcp-echo.reservedKeys" -}}
{{- toJson (dict
  "tcpecho.listeners" "use listeners, which makes the ports of the pod and the Service, too"
  "tcpecho.monitor" "use monitor, which the network policy has to agree with"
  "tcpecho.drain" "use drain, from which the grace period of the pod is computed"
  "server.port" "use management.port, which is the port of the probes, too"
  "server.address" "the probes need management on all addresses of the pod"
  "server.servlet.contextpath" "the probes need management at /actuator"
  "server.ssl" "the probes need management without TLS"
  "management.server" "use management.port; health and metrics are on the server's port"
  "management.endpoints.web.basepath" "the probes need management at /actuator"
  "management.endpoint.health.probes.enabled" "the probes of the pod ask them"
  "spring.main.webapplicationtype" "the probes need management"
  "spring.profiles.active" "use profiles"
  "spring.config.location" "the configuration of this chart is an additional location"
  "spring.config.additionallocation" "use config or existingConfigMap"
  "spring.application.json" "use config, which the chart can check") -}}
{{- end -}}

{{/* A key in the plain form in which keys are compared. */}}
{{- define "tcp-echo.plainKey" -}}
{{- lower . | replace "-" "" | replace "_" "" | replace "[" "." | replace "]" "" -}}
{{- end -}}

{{/* The keys of a tree as lines of dotted names. Argument: dict with tree and prefix. */}}
{{- define "tcp-echo.flatten" -}}
{{- $prefix := .prefix -}}
{{- range $key, $value := .tree -}}
{{- $path := printf "%s%s" $prefix $key -}}
{{- if kindIs "map" $value -}}
{{- include "tcp-echo.flatten" (dict "tree" $value "prefix" (printf "%s." $path)) -}}
{{- else }}
{{ $path }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The value of a key of a tree, a list as words with commas. Argument: dict with tree, prefix and key, in its plain form. */}}
{{- define "tcp-echo.configValue" -}}
{{- $prefix := .prefix -}}
{{- $wanted := .key -}}
{{- range $key, $value := .tree -}}
{{- $path := printf "%s%s" $prefix $key -}}
{{- if kindIs "map" $value -}}
{{- include "tcp-echo.configValue" (dict "tree" $value "prefix" (printf "%s." $path) "key" $wanted) -}}
{{- else if eq (include "tcp-echo.plainKey" $path) $wanted -}}
{{- kindIs "slice" $value | ternary (join "," $value) (toString $value) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Refuse a reserved key. Argument: dict with key, in its plain form, and where, the words of the message. */}}
{{- define "tcp-echo.refuseReserved" -}}
{{- $key := .key -}}
{{- $where := .where -}}
{{- range $reserved, $instead := fromJson (include "tcp-echo.reservedKeys" .) -}}
{{- if or (eq $key $reserved) (hasPrefix (printf "%s." $reserved) $key) -}}
{{- fail (printf "%s: %s" $where $instead) -}}
{{- end -}}
{{- if hasPrefix (printf "%s." $key) $reserved -}}
{{- fail (printf "%s, and %s holds further keys: write it as a map" $where $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "tcp-echo.validateConfig" -}}
{{- if has "all-framings" .Values.profiles -}}
{{- fail "profiles names all-framings, whose listeners the Service would not have: enable them in listeners" -}}
{{- end -}}
{{- if has "dev" .Values.profiles -}}
{{- fail "profiles names dev, which listens on loopback only and lets every client manage the server" -}}
{{- end -}}
{{- range splitList "\n" (include "tcp-echo.flatten" (dict "tree" .Values.config "prefix" "")) -}}
{{- with trim . -}}
{{- include "tcp-echo.refuseReserved" (dict "key" (include "tcp-echo.plainKey" .) "where" (printf "config.%s is set" .)) -}}
{{- end -}}
{{- end -}}
{{- range .Values.extraArgs -}}
{{- $argument := tpl . $ -}}
{{- if hasPrefix "--" $argument -}}
{{- $key := regexReplaceAll "=.*" (trimPrefix "--" $argument) "" -}}
{{- include "tcp-echo.refuseReserved" (dict "key" (include "tcp-echo.plainKey" $key) "where" (printf "extraArgs has %s" $argument)) -}}
{{- end -}}
{{- end -}}
{{- $variables := list -}}
{{- range .Values.extraEnv -}}
{{- if has .name (list "SPRING_PROFILES_ACTIVE" "SPRING_CONFIG_ADDITIONAL_LOCATION" "SPRING_CONFIG_IMPORT" "SERVER_ADDRESS" "SERVER_PORT" "JDK_JAVA_OPTIONS") -}}
{{- fail (printf "extraEnv names %s, which the chart sets: use profiles, config, management.port or jvmOptions" .name) -}}
{{- end -}}
{{- if has .name $variables -}}
{{- fail (printf "extraEnv names %s twice" .name) -}}
{{- end -}}
{{- $variables = append $variables .name -}}
{{- include "tcp-echo.refuseReserved" (dict "key" (lower .name | replace "_" ".") "where" (printf "extraEnv names %s" .name)) -}}
{{- end -}}
{{- include "tcp-echo.validateProfiles" . -}}
{{- include "tcp-echo.validateMemory" . -}}
{{- if .Values.existingConfigMap -}}
{{- $monitored := include "tcp-echo.monitorConfig" . -}}
{{- range $value := list "config" "maxBuffered" "bufferWait" "monitor" -}}
{{- if eq $value "monitor" | ternary $monitored (get $.Values $value) -}}
{{- fail (printf "existingConfigMap is %s, and %s would be ignored: set it in that ConfigMap" $.Values.existingConfigMap $value) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A profile to which nothing belongs ends the start of the server. An existing ConfigMap may have any. */}}
{{- define "tcp-echo.validateProfiles" -}}
{{- $groups := dig "spring" "profiles" "group" dict .Values.config -}}
{{- if not (or .Values.existingConfigMap .Values.existingSecret) -}}
{{- range .Values.profiles -}}
{{- if not (or (eq . "kubernetes") (hasKey $groups .) (hasKey $.Values.config (printf "spring.profiles.group.%s" .))) -}}
{{- fail (printf "profiles names %s, and nothing belongs to it: the server would refuse to start. Known are kubernetes and the groups of config.spring.profiles.group" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "tcp-echo.validateMemory" -}}
{{- $options := regexSplit "[ \t\n]+" (trim .Values.jvmOptions) -1 -}}
{{- $limit := dig "limits" "memory" "" .Values.resources -}}
{{- $limitBytes := include "tcp-echo.quantity" $limit | int64 -}}
{{- range $option := $options -}}
{{- if and (regexMatch "^-XX:[+]Use[A-Za-z0-9]+GC$" $option) (ne $option "-XX:+UseSerialGC") -}}
{{- fail (printf "jvmOptions has %s, and the image fixes -XX:+UseSerialGC, with which its cache was trained: the Java runtime would refuse to start" $option) -}}
{{- end -}}
{{- if eq $option "-XX:-UseSerialGC" -}}
{{- fail (printf "jvmOptions has %s, and the image fixes -XX:+UseSerialGC, with which its cache was trained" $option) -}}
{{- end -}}
{{- if regexMatch "^-XX:([+-]UseCompactObjectHeaders|[+-]UseCompressedOops|AOT|SharedArchive|Archive)" $option -}}
{{- fail (printf "jvmOptions has %s, with which the cache of the image cannot be used" $option) -}}
{{- end -}}
{{- if or (has $option (list "-jar" "-cp" "-classpath" "--class-path" "-m" "--module" "-version" "--version" "-help" "--help")) (hasPrefix "@" $option) -}}
{{- fail (printf "jvmOptions has %s, which JDK_JAVA_OPTIONS cannot have" $option) -}}
{{- end -}}
{{- if and $limit (regexMatch "^-Xmx[0-9]+[kKmMgG]?$" $option) -}}
{{- $number := regexFind "[0-9]+" $option | int64 -}}
{{- $unit := regexFind "[kKmMgG]?$" $option | lower -}}
{{- if gt (mul $number (get (dict "" 1 "k" 1024 "m" 1048576 "g" 1073741824) $unit) 1000) $limitBytes -}}
{{- fail (printf "jvmOptions has %s, more than resources.limits.memory, %v: the pod would be killed" $option $limit) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with .Values.maxBuffered -}}
{{- if and $limit (gt (mul (include "tcp-echo.bytes" .) 2000) $limitBytes) -}}
{{- fail (printf "maxBuffered is %v, more than half of resources.limits.memory, %v: it is at most half of the heap" . $limit) -}}
{{- end -}}
{{- end -}}
{{- end -}}
