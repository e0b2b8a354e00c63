{{/* Copies the jar to where the History Server's class path looks. */}}
{{- define "live.initContainer" -}}
- name: plugin
  image: {{ include "live.image" (dict "root" . "image" .Values.plugin.image) }}
  imagePullPolicy: {{ .Values.plugin.image.pullPolicy }}
  command: ["cp", "-r", "/jars/{{ .Values.plugin.jars }}/.", "/plugin/"]
  securityContext:
    {{- toYaml .Values.plugin.securityContext | nindent 4 }}
  resources:
    {{- toYaml .Values.plugin.resources | nindent 4 }}
  volumeMounts:
    - name: plugin
      mountPath: /plugin
{{- end }}

{{/*
SIGTERM comes at the same time as the removal from the Service, which takes a moment to reach all nodes: until
then connections still arrive here. preStop.sleep would need Kubernetes 1.30.
*/}}
{{- define "live.lifecycle" -}}
{{- if .Values.preStopSleepSeconds }}
  lifecycle:
    preStop:
      exec:
        command: ["sleep", {{ .Values.preStopSleepSeconds | int | quote }}]
{{- end }}
{{- end }}

{{- define "live.historyServer" -}}
{{- with .Values.historyServer -}}
- name: history-server
  image: {{ include "live.image" (dict "root" $ "image" .image) }}
  imagePullPolicy: {{ .image.pullPolicy }}
  # The image's entrypoint changes only the commands driver and executor.
  args:
    - /opt/spark/bin/spark-class
    - org.apache.spark.deploy.history.HistoryServer
    - --properties-file
    - /etc/spark-history/history.conf
  env:
    {{- if eq $.Values.mode "plugin" }}
    # spark-class reads it for the History Server, Master and Worker, never for a driver.
    - name: SPARK_DAEMON_CLASSPATH
      value: /plugin/*
    {{- end }}
    - name: SPARK_DAEMON_MEMORY
      value: {{ .memory | quote }}
    {{- with .javaOptions }}
    - name: SPARK_HISTORY_OPTS
      value: {{ . | quote }}
    {{- end }}
    {{- with .extraEnv }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .extraEnvFrom }}
  envFrom:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  ports:
    - name: history
      containerPort: 18080
  startupProbe:
    {{- toYaml .startupProbe | nindent 4 }}
  readinessProbe:
    {{- toYaml .readinessProbe | nindent 4 }}
  livenessProbe:
    {{- toYaml .livenessProbe | nindent 4 }}
  {{- include "live.lifecycle" $ }}
  securityContext:
    {{- toYaml .securityContext | nindent 4 }}
  resources:
    {{- toYaml .resources | nindent 4 }}
  volumeMounts:
    {{- if eq $.Values.mode "plugin" }}
    - name: plugin
      mountPath: /plugin
      readOnly: true
    {{- end }}
    - name: configuration
      mountPath: /etc/spark-history
      readOnly: true
    - name: event-logs
      mountPath: /var/log/spark-events
    - name: history-tmp
      mountPath: /tmp
    {{- with .extraVolumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
{{- end }}

{{- define "live.war" -}}
{{- with .Values.war -}}
- name: war
  image: {{ include "live.image" (dict "root" $ "image" .image) }}
  imagePullPolicy: {{ .image.pullPolicy }}
  env:
    - name: JDK_JAVA_OPTIONS
      value: {{ .javaOptions | quote }}
    {{- with .extraEnv }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  envFrom:
    - configMapRef:
        name: {{ include "live.fullname" $ }}-war
    {{- with .extraEnvFrom }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  ports:
    - name: http
      containerPort: 8080
  startupProbe:
    {{- toYaml .startupProbe | nindent 4 }}
  readinessProbe:
    {{- toYaml .readinessProbe | nindent 4 }}
  livenessProbe:
    {{- toYaml .livenessProbe | nindent 4 }}
  {{- include "live.lifecycle" $ }}
  securityContext:
    {{- toYaml .securityContext | nindent 4 }}
  resources:
    {{- toYaml .resources | nindent 4 }}
  volumeMounts:
    # Jetty unpacks the WAR there.
    - name: war-tmp
      mountPath: /tmp
    {{- with .extraVolumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
{{- end }}

{{- define "live.volumes" -}}
{{- if eq .Values.mode "plugin" }}
- name: plugin
  emptyDir:
    sizeLimit: 64Mi
{{- end }}
{{- if include "live.hasHistoryServer" . }}
- name: configuration
  configMap:
    name: {{ include "live.fullname" . }}-history
- name: history-tmp
  emptyDir: {}
{{- $logs := false }}
{{- range .Values.extraVolumes }}{{ if eq .name "event-logs" }}{{ $logs = true }}{{ end }}{{ end }}
{{- if not $logs }}
- name: event-logs
  emptyDir: {}
{{- end }}
{{- end }}
{{- if include "live.hasWar" . }}
- name: war-tmp
  emptyDir: {}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
