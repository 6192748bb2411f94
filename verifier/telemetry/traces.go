package telemetry

import (
	"context"
	"net/http"
	"os"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// scope names the spans' maker.
const scope = "chipid/verifier"

// StartTraces sends spans where the environment says, and returns what ends that
// after the last was sent. Without an address nothing is sent.
func StartTraces(ctx context.Context, version string) (stop func(context.Context) error, err error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	about := resource.NewSchemaless(attribute.String("service.name", "chipid-verifier"), attribute.String("service.version", version))
	if merged, err := resource.Merge(resource.Default(), about); err == nil {
		about = merged
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))
	otel.SetTracerProvider(provider)
	return provider.Shutdown, nil
}

// Span begins a span for a part of the work; end it with what came of it.
func Span(ctx context.Context, name string) (context.Context, func(error)) {
	ctx, span := otel.Tracer(scope).Start(ctx, name)
	return ctx, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, "") // an error's text may hold an address
		}
		span.End()
	}
}

// Observe measures a route and makes its span, as a child of the caller's.
func (m *Meters) Observe(route string, next http.Handler) http.Handler {
	follow := propagation.TraceContext{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		ctx := follow.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := otel.Tracer(scope).Start(ctx, route, trace.WithSpanKind(trace.SpanKindServer),
			trace.WithAttributes(attribute.String("http.request.method", r.Method), attribute.String("http.route", route)))
		said := &status{ResponseWriter: w, code: http.StatusOK}
		defer func() {
			span.SetAttributes(attribute.Int("http.response.status_code", said.code))
			if said.code >= http.StatusInternalServerError {
				span.SetStatus(codes.Error, "")
			}
			span.End()
			m.answered(route, said.code, time.Since(start))
		}()
		next.ServeHTTP(said, r.WithContext(ctx))
	})
}

// status remembers what was answered.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the writer: upgrades, deadlines.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }
