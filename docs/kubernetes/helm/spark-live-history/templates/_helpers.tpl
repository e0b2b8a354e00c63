{{- define "live.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "live.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "live.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "live.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* What Roles are called: those of several releases may share a namespace of jobs. */}}
{{- define "live.rights" -}}
{{- printf "%s-%s" .Release.Namespace (include "live.fullname" .) | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "live.selector" -}}
app.kubernetes.io/name: {{ include "live.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "live.labels" -}}
{{ include "live.selector" . }}
app.kubernetes.io/component: {{ .Values.mode }}
{{ include "live.metadata" . }}
{{- end }}

{{- define "live.metadata" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "live.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "live.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name is needed where serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "live.image" -}}
{{- printf "%s:%s" .image.repository (default .root.Chart.AppVersion .image.tag) }}
{{- end }}

{{/* All parameters of the filter, by name. */}}
{{- define "live.parameters" -}}
{{- $all := dict "jobNamespaces" (join "," .Values.jobNamespaces) "clientMode" (toString .Values.clientMode) "podLogs" (toString .Values.podLogs) }}
{{- toYaml (merge $all .Values.parameters) }}
{{- end }}

{{/* Whether the WAR is there, and whether a History Server is: "true" or nothing. */}}
{{- define "live.hasWar" -}}
{{- if ne .Values.mode "plugin" }}true{{ end }}
{{- end }}
{{- define "live.hasHistoryServer" -}}
{{- if ne .Values.mode "war" }}true{{ end }}
{{- end }}
