package cms

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDefinite(t *testing.T) {
	deep := append(bytes.Repeat([]byte{0x30, 0x80}, maxDepth+2), make([]byte, 2*(maxDepth+2))...)
	wide := append(append([]byte{0x30, 0x80}, bytes.Repeat([]byte{5, 0}, 1<<15)...), 0, 0)
	cases := []struct {
		name     string
		in, want []byte
	}{
		{"empty", []byte{0x30, 0x80, 0, 0}, []byte{0x30, 0}},
		{"nested", []byte{0x30, 0x80, 0xA0, 0x80, 2, 1, 5, 0, 0, 4, 1, 7, 0, 0}, []byte{0x30, 8, 0xA0, 3, 2, 1, 5, 4, 1, 7}},
		{"in a definite one", []byte{0x30, 5, 0x31, 0x80, 0, 0, 0}, nil},
		{"inside a definite one", []byte{0x30, 4, 0x31, 0x80, 0, 0}, []byte{0x30, 2, 0x31, 0}},
		{"long lengths beside it stay", []byte{0x30, 0x80, 0x31, 0x81, 1, 5, 0, 0}, nil},
		{"what is definite stays as it is", []byte{0x30, 0x80, 0x31, 0x81, 2, 5, 0, 0, 0}, []byte{0x30, 5, 0x31, 0x81, 2, 5, 0}},
		{"nothing to do", []byte{0x30, 2, 5, 0}, nil},
		{"no end", []byte{0x30, 0x80, 5, 0}, nil},
		{"half an end", []byte{0x30, 0x80, 5, 0, 0}, nil},
		{"primitive", []byte{0x04, 0x80, 0, 0}, nil},
		{"bytes after it", []byte{0x30, 0x80, 0, 0, 0}, nil},
		{"nothing", nil, nil},
		{"too deep", deep, nil},
		{"too many", wide, nil},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			got, ok := definite(tc.in)
			assert.Equal(t, tc.want != nil, ok)
			assert.Equal(t, tc.want, got)
		})
	}
}
