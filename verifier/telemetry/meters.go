package telemetry

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"chipid/verifier/anchors"
)

// Meters are the figures of one process.
type Meters struct {
	registry *prometheus.Registry
	http     *prometheus.HistogramVec
	judged   *prometheus.CounterVec
	verify   prometheus.Histogram
	purged   prometheus.Counter
	anchors  prometheus.Gauge
	problems prometheus.Gauge
	loaded   prometheus.Gauge
	database prometheus.Gauge
}

// NewMeters makes them; version is the program's.
func NewMeters(version string) *Meters {
	m := &Meters{
		registry: prometheus.NewRegistry(),
		http: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "chipid_verifier_http_seconds", Help: "Time of answers by route and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"route", "status"}),
		judged: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "chipid_verifier_judged_total", Help: "Bundles judged, by what came of it."}, []string{"outcome"}),
		verify: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "chipid_verifier_verify_seconds", Help: "Time of judging a bundle, without the database.",
			Buckets: []float64{.00025, .0005, .001, .0025, .005, .01, .025, .05, .1}}),
		purged:   prometheus.NewCounter(prometheus.CounterOpts{Name: "chipid_verifier_purged_total", Help: "Entries deleted because their time was over."}),
		anchors:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "chipid_verifier_trust_anchors", Help: "CSCA certificates in force."}),
		problems: prometheus.NewGauge(prometheus.GaugeOpts{Name: "chipid_verifier_trust_problems", Help: "Files of the trust store that could not be used."}),
		loaded:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "chipid_verifier_trust_loaded_timestamp_seconds", Help: "When the trust store in force was read."}),
		database: prometheus.NewGauge(prometheus.GaugeOpts{Name: "chipid_verifier_database_up", Help: "1 if the database answered last."}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "chipid_verifier_info", Help: "The program's version.", ConstLabels: prometheus.Labels{"version": version}})
	info.Set(1)
	m.registry.MustRegister(m.http, m.judged, m.verify, m.purged, m.anchors, m.problems, m.loaded, m.database, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the figures.
func (m *Meters) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Judged counts a bundle.
func (m *Meters) Judged(took time.Duration, accepted bool) {
	outcome := "refused"
	if accepted {
		outcome = "accepted"
	}
	m.judged.WithLabelValues(outcome).Inc()
	m.verify.Observe(took.Seconds())
}

// Purged counts deleted entries.
func (m *Meters) Purged(n int64) { m.purged.Add(float64(n)) }

// Trust tells of the trust store in force.
func (m *Meters) Trust(s anchors.State) {
	m.anchors.Set(float64(s.Anchors))
	m.problems.Set(float64(s.Problems))
	m.loaded.Set(float64(s.Loaded.Unix()))
}

// Database tells whether it answered.
func (m *Meters) Database(up bool) {
	m.database.Set(map[bool]float64{true: 1}[up])
}

// answered measures one answer.
func (m *Meters) answered(route string, status int, took time.Duration) {
	m.http.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}
