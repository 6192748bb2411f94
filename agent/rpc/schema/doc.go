// Package schema is the protocol as data: the JSON Schemas (2020-12) of every
// message, the table of its methods and notifications, and the documents that are
// made of both: OpenRPC 1.3 (served by rpc.discover), AsyncAPI 3.0, the reference
// in Vietnamese and English, and the TypeScript types of the client in agent/sdk.
//
// The schemas are the one source. Every member says in both languages what it is
// («description» and «x-vi»). A change there is followed by
// `go generate ./agent/rpc/schema`; a test fails until it is.
//
// What may not live here: what the methods do (rpc), and words of errors
// (catalogue).
package schema
