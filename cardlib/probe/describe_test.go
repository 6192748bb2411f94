package probe

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/curves"
	"chipid/cardlib/dh"
	"chipid/cardlib/lds"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
)

func TestShape(t *testing.T) {
	inside := tlv.Encode(0x30, tlv.Encode(0x02, []byte{7}), tlv.Encode(0x0C, []byte("Ngõ Vắng")))
	got := shapeOf(tlv.Encode(0x6D, inside, tlv.Encode(0x06, []byte{0x28, 0xD3, 0x16, 0, 1, 8})), true)
	seven := 7
	assert.True(t, got.Whole)
	assert.Equal(t, []Node{
		{Tag: "6D", Length: len(inside) + 8},
		{Depth: 1, Tag: "30", Length: 16, Field: &seven},
		{Depth: 2, Tag: "02", Length: 1},
		{Depth: 2, Tag: "0C", Length: 11},
		{Depth: 1, Tag: "06", Length: 6, OID: "1.0.10646.0.1.8"},
	}, got.Nodes)
}

func TestShapeTellsNoBytesThatPassForTags(t *testing.T) {
	for name, file := range map[string][]byte{
		"text":                 []byte("Ngõ Vắng"),
		"text in a field":      tlv.Encode(0x30, []byte("0\x02\x01A and more")),
		"a tag of four bytes":  tlv.Encode(0x30, []byte{0x1F, 0xCE, 0xE7, 0x41, 1, 0}),
		"cut off":              {0x30, 0x20, 0x0C, 0x01},
		"a long OID":           tlv.Encode(0x06, []byte("\x2AQu\x61ch Thi Mau, So 1")),
		"an OID that does not": tlv.Encode(0x06, []byte("\x80Quach")),
	} {
		t.Run(name, func(t *testing.T) {
			for _, n := range shapeOf(file, true).Nodes {
				assert.Contains(t, []string{"30", "06"}, n.Tag)
				assert.Empty(t, n.OID)
				assert.Nil(t, n.Field)
			}
		})
	}
}

func TestShapeIsBounded(t *testing.T) {
	deep := tlv.Encode(0x02, []byte{1})
	for range 100 {
		deep = tlv.Encode(0x30, deep)
	}
	assert.LessOrEqual(t, len(shapeOf(deep, false).Nodes), maxDepth+1)
	assert.False(t, shapeOf(deep, false).Whole)
	var wide []byte
	for range 10 * maxNodes {
		wide = append(wide, 0x05, 0)
	}
	assert.Len(t, shapeOf(wide, false).Nodes, maxNodes)
}

func TestUnusualInfos(t *testing.T) {
	unknown := tlv.Encode(0x30, tlv.Encode(0x06, []byte{0x2A, 0x03}), tlv.Encode(0x04, []byte("secret")))
	broken := tlv.Encode(0x30, tlv.Encode(0x06, []byte{4, 0, 0x7F, 0, 7, 2, 2, 4, 2, 2})) // a PACEInfo without version
	got := describeInfos(tlv.Encode(0x31, unknown, broken), securityinfo.Parse)
	assert.Equal(t, []Info{{OID: "1.2.3", Problem: unsupported}, {OID: "0.4.0.127.0.7.2.2.4.2.2", Problem: malformed}}, got.Infos)
	assert.Equal(t, malformed, describeInfos([]byte{0x31, 5}, securityinfo.Parse).Problem)
	assert.Nil(t, describeInfos(nil, securityinfo.Parse))
}

func TestMalformedFiles(t *testing.T) {
	junk := []byte("junk")
	assert.Equal(t, malformed, describeCOM(junk).Problem)
	assert.Equal(t, malformed, describeSOD(junk).Problem)
	assert.Equal(t, malformed, describeDG2(junk).Problem)
	assert.Equal(t, unsupported, describeDG15(junk).Problem)
	require.NotNil(t, describeShape(junk, true))
	for _, none := range []bool{describeCOM(nil) == nil, describeSOD(nil) == nil, describeDG2(nil) == nil, describeDG15(nil) == nil, describeShape(nil, true) == nil} {
		assert.True(t, none)
	}
}

func FuzzShape(f *testing.F) {
	f.Add(tlv.Encode(0x6D, tlv.Encode(0x30, tlv.Encode(0x02, []byte{1}))))
	f.Add([]byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		s := shapeOf(b, true)
		require.LessOrEqual(t, len(s.Nodes), maxNodes)
		for _, n := range s.Nodes {
			require.LessOrEqual(t, n.Depth, maxDepth)
			require.LessOrEqual(t, n.Length, len(b))
		}
		describeDG2(b)
		describeSOD(b)
		describeCOM(b)
	})
}

func TestKindsOfKeys(t *testing.T) {
	p256, ok := curves.ByID(12)
	require.True(t, ok)
	group, ok := dh.ByID(0)
	require.True(t, ok)
	for want, key := range map[Key]securityinfo.PublicKey{
		{Kind: "EC", Bits: 256, Domain: "P-256"}:    {Curve: p256},
		{Kind: "DH", Bits: 1024, Domain: "group 0"}: {Group: group},
		{Kind: "RSA", Bits: 3}:                      {N: big.NewInt(5)},
		{Problem: unsupported}:                      {},
	} {
		assert.Equal(t, want, describeKey(key, nil))
	}
	assert.Equal(t, Key{Problem: unsupported}, describeKey(securityinfo.PublicKey{}, securityinfo.ErrKey))
	assert.Equal(t, "group 0", domainOf(securityinfo.PACEInfo{Group: group}))
	assert.Empty(t, domainOf(securityinfo.PACEInfo{}))
	assert.Empty(t, groupName(&dh.Group{ID: -1}))
	assert.Equal(t, []string{"", "13", "own"}, []string{id(securityinfo.ID{}), id(securityinfo.NewID(13)), id(securityinfo.NewID(190000018))})
}

func TestKindsOfRecords(t *testing.T) {
	for want, template := range map[string]lds.Template{
		"ISO/IEC 19794-5": {Tag: 0x5F2E, Data: []byte("FAC\x00010\x00")},
		"ISO/IEC 39794-5": {Tag: 0x7F2E, Data: []byte{0x65, 0}},
		"bare image":      {Tag: 0x5F2E, Data: []byte{0xFF, 0xD8, 0xFF, 0xE0}},
		"unknown":         {Tag: 0x5F2E, Data: []byte("else")},
	} {
		assert.Equal(t, want, recordKind(template))
	}
	assert.Empty(t, version("01o7"))
	assert.Equal(t, "000000", version("0000000000000129"))
	assert.Len(t, []rune(cut(strings.Repeat("ạ", 1000))), maxName)
}
