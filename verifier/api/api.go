package api

import (
	"context"
	_ "embed"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"chipid/verifier/service"
	"chipid/verifier/store"
	"chipid/verifier/tenant"
)

// OpenAPI is the description of the interface.
//
//go:embed openapi.yaml
var OpenAPI []byte

// Limits of a request, in bytes.
const (
	// maxAsk is the longest body of POST /v1/requests.
	maxAsk = 16 << 10
	// maxEvidence is the longest body of POST /v1/evidence: a bundle of 1 MiB in base64.
	maxEvidence = 1<<20/3*4 + 16<<10
)

// answerLimit is how long a request may take in all.
const answerLimit = 20 * time.Second

// Store is what the interface asks of the database itself; *store.Store is one.
type Store interface {
	TenantByKey(ctx context.Context, key store.KeyHash) (store.Tenant, error)
	Ping(ctx context.Context) error
}

// Route is an operation.
type Route struct {
	Method, Path string
	// Serve answers a request of the tenant. An error is told as a problem: a
	// *service.Refusal by its code, others as INTERNAL.
	Serve func(w http.ResponseWriter, r *http.Request, t store.Tenant) error
	// Limit is the longest body, in bytes; 0 for none at all.
	Limit int64
	// Takes long: answerLimit does not count (a long poll, an upgrade).
	Long bool
}

// Config is what an API is made of.
type Config struct {
	Store   Store
	Service *service.Service
	// Ready adds to readiness: why it is not ready, nil if it is. May be nil.
	Ready func() error
	// Further are the routes of other ways to answer a request.
	Further []Route
	// Metrics serves /metrics; nil for none.
	Metrics http.Handler
	// Observe wraps the handler of a route, named "POST /v1/evidence"; may be nil.
	Observe func(route string, next http.Handler) http.Handler
	Log     *slog.Logger
}

// API is the handler. Make it with New.
type API struct {
	config Config
	mux    *http.ServeMux
}

// New makes the handler.
func New(config Config) *API {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Observe == nil {
		config.Observe = func(_ string, next http.Handler) http.Handler { return next }
	}
	a := &API{config: config, mux: http.NewServeMux()}
	for _, r := range append(a.routes(), config.Further...) {
		a.mount(r.Method+" "+r.Path, a.tenants(r))
	}
	for path, h := range a.open() {
		a.mount("GET "+path, h)
	}
	a.mux.Handle("/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.problem(w, r, notFound) }))
	return a
}

func (a *API) mount(route string, h http.Handler) { a.mux.Handle(route, a.config.Observe(route, h)) }

// ServeHTTP answers. A panic is a problem like another.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			a.config.Log.ErrorContext(r.Context(), "panic", "path", r.URL.Path) // its text may hold what was sent
			a.problem(w, r, service.Internal)
		}
	}()
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	a.mux.ServeHTTP(w, r)
}

// routes are those of tenants.
func (a *API) routes() []Route {
	return []Route{
		{Method: "POST", Path: "/v1/requests", Serve: a.issue, Limit: maxAsk},
		{Method: "GET", Path: "/v1/requests/{id}", Serve: a.look},
		{Method: "POST", Path: "/v1/evidence", Serve: a.evidence, Limit: maxEvidence},
	}
}

// open are those of everybody who reaches the port: the network's or the
// machine's own programs.
func (a *API) open() map[string]http.Handler {
	all := map[string]http.Handler{
		"/healthz": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }),
		"/readyz":  http.HandlerFunc(a.ready),
		"/openapi.yaml": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/yaml")
			_, _ = w.Write(OpenAPI)
		}),
	}
	if a.config.Metrics != nil {
		all["/metrics"] = a.config.Metrics
	}
	return all
}

// ready tells whether evidence can be judged and written down now.
func (a *API) ready(w http.ResponseWriter, r *http.Request) {
	err := a.config.Store.Ping(r.Context())
	if err == nil && a.config.Ready != nil {
		err = a.config.Ready()
	}
	if err != nil {
		a.config.Log.WarnContext(r.Context(), "not ready", "why", err)
		a.problem(w, r, service.Unavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// tenants lets in whoever shows a key, and bounds body and time.
func (a *API) tenants(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !route.Long {
			ctx, cancel := context.WithTimeout(r.Context(), answerLimit)
			defer cancel()
			r = r.WithContext(ctx)
		}
		key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		hash, ok := tenant.HashKey(key)
		if !found || !ok {
			a.problem(w, r, unauthorized)
			return
		}
		t, err := a.config.Store.TenantByKey(r.Context(), hash)
		switch {
		case err == store.ErrNotFound:
			a.problem(w, r, unauthorized)
			return
		case err != nil:
			a.fail(w, r, service.Refuse(service.Unavailable, err))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, route.Limit)
		if err := route.Serve(w, r, t); err != nil {
			a.fail(w, r, err)
		}
	})
}
