{{/* What the server and the check of its configuration have in common, so that they see the same. */}}

{{/* The variables of the server. */}}
{{- define "tcp-echo.environment" -}}
env:
  - name: SPRING_PROFILES_ACTIVE
    value: {{ join "," .Values.profiles | quote }}
  - name: SPRING_CONFIG_ADDITIONAL_LOCATION
    value: file:/etc/tcp-echo/config/
  {{- $trees := list }}
  {{- if .Values.existingSecret }}
  {{- $trees = append $trees "configtree:/etc/tcp-echo/secret/" }}
  {{- end }}
  {{- if .Values.operator.existingSecret }}
  {{- $trees = append $trees "configtree:/etc/tcp-echo/operator/" }}
  {{- end }}
  {{- with $trees }}
  - name: SPRING_CONFIG_IMPORT
    value: {{ join "," . }}
  {{- end }}
  # These outrank every file, so that the probes find the management port.
  - name: SERVER_ADDRESS
    value: 0.0.0.0
  - name: SERVER_PORT
    value: {{ .Values.management.port | quote }}
  {{- range $name, $field := dict "POD" "metadata.name" "NAMESPACE" "metadata.namespace" "NODE" "spec.nodeName" }}
  - name: TCPECHO_IDENTITY_{{ $name }}
    valueFrom:
      fieldRef:
        fieldPath: {{ $field }}
  {{- end }}
  - name: TCPECHO_IDENTITY_SERVICE
    value: {{ include "tcp-echo.fullname" . }}
  {{- with .Values.jvmOptions }}
  - name: JDK_JAVA_OPTIONS
    value: {{ . | quote }}
  {{- end }}
  {{- with .Values.extraEnv }}
  {{- tpl (toYaml .) $ | nindent 2 }}
  {{- end }}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- tpl (toYaml .) $ | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What is mounted for the server. */}}
{{- define "tcp-echo.mounts" -}}
volumeMounts:
  - name: config
    mountPath: /etc/tcp-echo/config
    readOnly: true
  {{- if .Values.existingSecret }}
  - name: secret
    mountPath: /etc/tcp-echo/secret
    readOnly: true
  {{- end }}
  {{- if .Values.operator.existingSecret }}
  - name: operator
    mountPath: /etc/tcp-echo/operator
    readOnly: true
  {{- end }}
  {{- range $name, $listener := fromJson (include "tcp-echo.listeners" .) }}
  {{- if dig "tls" "secretName" "" $listener }}
  - name: tls-{{ $name }}
    mountPath: /etc/tcp-echo/tls/{{ $name }}
    readOnly: true
  {{- end }}
  {{- end }}
  - name: tmp
    mountPath: /tmp
  {{- with .Values.extraVolumeMounts }}
  {{- tpl (toYaml .) $ | nindent 2 }}
  {{- end }}
{{- end -}}
