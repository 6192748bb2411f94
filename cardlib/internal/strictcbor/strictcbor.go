// Package strictcbor writes CBOR (RFC 8949) in one way only and reads nothing
// else, for what is signed, or judged by parties that do not trust each other.
//
// What may not live here: what any message means.
package strictcbor

import "github.com/fxamacker/cbor/v2"

// The deterministic encoding of RFC 8949 §4.2.1, and a decoder that takes
// nothing else: no unknown or repeated keys, no indefinite lengths, no tags.
var (
	encoding = must(cbor.EncOptions{
		Sort: cbor.SortBytewiseLexical, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden,
		NilContainers: cbor.NilContainerAsEmpty,
	}.EncMode())
	decoding = must(cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField, MaxNestedLevels: 4, MaxArrayElements: 16, MaxMapPairs: 16,
		UTF8: cbor.UTF8RejectInvalid, FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
	}.DecMode())
)

func must[T any](mode T, err error) T {
	if err != nil {
		panic("strictcbor: options: " + err.Error())
	}
	return mode
}

// Marshal encodes v deterministically.
func Marshal(v any) ([]byte, error) { return encoding.Marshal(v) }

// Unmarshal decodes one item into the value that into points to; at most four
// levels deep, sixteen elements in an array or map. Whether data is the
// deterministic encoding its caller finds out by encoding again.
func Unmarshal(data []byte, into any) error { return decoding.Unmarshal(data, into) }
