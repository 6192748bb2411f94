// Package telemetry is what operators see of the verification service: figures
// for Prometheus and spans for OpenTelemetry. Neither names a person, a card or a
// nonce; a span carries the request's id, which is random.
//
// Spans are sent by OTLP over HTTP where OTEL_EXPORTER_OTLP_ENDPOINT (or
// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) says so, and made by nobody else. The W3C
// traceparent of a caller is followed.
//
// What may not live here: what is measured.
package telemetry
