package sdk

import "embed"

// Files holds chipid-client.js.
//
//go:embed chipid-client.js
var Files embed.FS
