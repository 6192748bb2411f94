package telemetry

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace/noop"

	"chipid/verifier/anchors"
)

func TestTheFiguresAreThere(t *testing.T) {
	m := NewMeters("1.2.3")
	m.Judged(time.Millisecond, true)
	m.Judged(time.Millisecond, false)
	m.Purged(4)
	m.Database(true)
	m.Trust(anchors.State{Anchors: 3, Problems: 1, Loaded: time.Unix(1_800_000_000, 0)})
	h := m.Observe("POST /v1/evidence", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusConflict) }))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/v1/evidence", nil))
	got := httptest.NewRecorder()
	m.Handler().ServeHTTP(got, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range []string{
		`chipid_verifier_judged_total{outcome="accepted"} 1`, `chipid_verifier_judged_total{outcome="refused"} 1`,
		`chipid_verifier_purged_total 4`, `chipid_verifier_database_up 1`, `chipid_verifier_trust_anchors 3`, `chipid_verifier_trust_problems 1`,
		`chipid_verifier_http_seconds_count{route="POST /v1/evidence",status="409"} 1`, `chipid_verifier_info{version="1.2.3"} 1`,
	} {
		assert.Contains(t, got.Body.String(), line)
	}
}

// A collector gets the span by OTLP over HTTP, as a child of the caller's.
func TestSpansReachACollector(t *testing.T) {
	var mu sync.Mutex
	var sent []byte
	var path string
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		sent, path = append(sent, b...), r.URL.Path
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	t.Cleanup(func() { otel.SetTracerProvider(noop.NewTracerProvider()) })
	stop, err := StartTraces(t.Context(), "1.2.3")
	require.NoError(t, err)
	h := NewMeters("1.2.3").Observe("POST /v1/evidence", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, end := Span(r.Context(), "verify")
		end(io.ErrUnexpectedEOF)
	}))
	q := httptest.NewRequest("POST", "/v1/evidence", nil)
	q.Header.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	h.ServeHTTP(httptest.NewRecorder(), q)
	require.NoError(t, stop(t.Context()))
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, "/v1/traces", path)
	for _, part := range []string{"POST /v1/evidence", "verify", "chipid-verifier", "\x0a\xf7\x65\x19\x16\xcd\x43\xdd\x84\x48\xeb\x21\x1c\x80\x31\x9c"} {
		assert.True(t, strings.Contains(string(sent), part), "%q", part)
	}
	assert.NotContains(t, string(sent), "unexpected EOF")
}

func TestWithoutAnAddressNothingIsSent(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")
	stop, err := StartTraces(t.Context(), "1.2.3")
	require.NoError(t, err)
	assert.NoError(t, stop(t.Context()))
}
