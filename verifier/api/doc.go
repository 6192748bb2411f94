// Package api is the verification service over HTTP with JSON, as openapi.yaml
// describes it (OpenAPI 3.1; a test holds both together).
//
// A back end shows its API key as a bearer token. It asks for a request
// (POST /v1/requests), gives nonce, purpose and groups to its page, and hands in
// what the page brought (POST /v1/evidence). Errors are problem details
// (RFC 9457) with a stable code and words in Vietnamese and English. A database
// that is away is 503 with Retry-After.
//
// Further ways to answer a request mount their routes with [Config.Further]; they
// get the tenant whose key was shown.
//
// What may not live here: what is decided (service), SQL.
package api
