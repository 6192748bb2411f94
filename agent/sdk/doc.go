// Package sdk is the client for web pages: chipid-client.js, one ES module without
// dependencies, and its types. chipid-types.d.ts is generated from the JSON Schemas
// (agent/rpc/schema), chipid-client.d.ts from the module by npm's typescript; tests
// keep both as they are. A page takes the three files as they stand.
//
// The Go part only embeds the module, so that the demo serves the very file that
// pages elsewhere use.
//
// What may not live here: anything of one page's layout, and the protocol itself.
package sdk
