package rpc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cutCases are messages and the key that is taken out of each.
var cutCases = []struct{ name, message, key string }{
	{"a number", `{"params":{"key":{"id":"000190000018"}}}`, `"000190000018"`},
	{"spaces", " { \"params\" :\t{ \"key\" : { \"id\" : \"000190000018\" } } } ", `"000190000018"`},
	{"beside others", `{"jsonrpc":"2.0","id":1,"method":"card.read","params":{"fields":["fullName",{"a":[1,-2.5e3,true,null]}],"key":{"can":"000018"},"wait":true}}`, `"000018"`},
	{"params first", `{"params":{"key":{"can":"000018"}},"id":"x"}`, `"000018"`},
	{"letters beyond ASCII", `{"params":{"key":{"qr":"000190000018||Nguyễn Thị Mẫu"}}}`, `"000190000018||Nguyễn Thị Mẫu"`},
	{"escapes", `{"params":{"key":{"mrz":"A\nB\t\"\\\/\u0041\ud83d\ude00\ud83dx"}}}`, `"A\nB\t\"\\\/\u0041\ud83d\ude00\ud83dx"`},
	{"names with escapes", `{"p\u0061rams":{"\u006bey":{"i\u0064":"000190000018"}}}`, `"000190000018"`},
	{"capitals in an escape", `{"params":{"\u006Bey":{"id":"1\u00E9"}}}`, `"1\u00E9"`},
	{"empty", `{"params":{"key":{"id":""}}}`, `""`},
	{"two keys", `{"params":{"key":{"id":"000190000018","can":"000018"}}}`, `"000018"`},
	{"key twice", `{"params":{"key":{"id":"000190000018"},"key":{"can":"000018"}}}`, `"000018"`},
	{"params twice", `{"params":{"key":{"id":"000190000018"}},"params":{"key":{"can":"000018"}}}`, `"000018"`},
	{"a fault behind it", `{"params":{"key":{"id":"000190000018"}},`, `"000190000018"`},

	{"no text", `{"params":{"key":{"id":190000018}}}`, ``},
	{"deeper", `{"params":{"key":{"id":{"id":"000190000018"}}}}`, ``},
	{"in a list", `{"params":[{"key":{"id":"000190000018"}}]}`, ``},
	{"a list of keys", `{"params":{"key":["000190000018"]}}`, ``},
	{"key is text", `{"params":{"key":"000190000018"}}`, ``},
	{"another member", `{"params":{"keys":{"id":"000190000018"}}}`, ``},
	{"another case", `{"params":{"Key":{"id":"000190000018"}}}`, ``},
	{"at the top", `{"key":{"id":"000190000018"}}`, ``},
	{"params within", `{"a":{"params":{"key":{"id":"000190000018"}}}}`, ``},
	{"a fault before it", `{"a":tru e,"params":{"key":{"id":"000190000018"}}}`, ``},
	{"a bad escape", `{"params":{"key":{"id":"\x00019"}}}`, ``},
	{"a bad \\u", `{"params":{"key":{"id":"\u00g0"}}}`, ``},
	{"a control character", "{\"params\":{\"key\":{\"id\":\"0001\n9\"}}}", ``},
	{"no end", `{"params":{"key":{"id":"000190000018`, ``},
	{"no end after a backslash", `{"params":{"key":{"id":"000190000018\`, ``},
	{"nothing", ``, ``},
	{"no object", `"params"`, ``},
	{"too deep", strings.Repeat(`{"params":`, 40), ``},
}

func TestCutKey(t *testing.T) {
	for _, tc := range cutCases {
		t.Run(tc.name, func(t *testing.T) {
			b := []byte(tc.message)
			found := cutKey(b)
			assert.Equal(t, tc.key, string(found))
			sameJudgement(t, []byte(tc.message), b, found)
			if tc.key != "" && tc.key != `""` {
				assert.NotContains(t, string(b), "000018", "nor of the keys before the last")
			}
		})
	}
	long := `{"params":{"key":{"qr":"` + strings.Repeat("0123456789", 6000) + `"}}}`
	b := []byte(long)
	assert.Len(t, cutKey(b), 60002)
	assert.NotContains(t, string(b), "0123")
}

// sameJudgement asks that a message without its key is parsed as with it: the same
// fault, or the same values but for the key, which has as many letters as before.
func sameJudgement(t *testing.T, before, after, found []byte) {
	t.Helper()
	require.Len(t, after, len(before))
	was, errBefore := parseJSON(before)
	is, errAfter := parseJSON(after)
	require.Equal(t, fmt.Sprint(errBefore), fmt.Sprint(errAfter))
	if errBefore != nil {
		return
	}
	keys := map[string]any{}
	for _, v := range []any{was, is} {
		object, _ := v.(map[string]any)
		params, _ := object["params"].(map[string]any)
		key, _ := params["key"].(map[string]any)
		for kind, text := range key {
			text, isText := text.(string)
			if !isText {
				continue
			}
			if keys[kind] == nil {
				keys[kind] = text
			} else {
				require.Equal(t, utf8.RuneCountInString(keys[kind].(string)), utf8.RuneCountInString(text))
				require.Equal(t, strings.Repeat(".", len(text)), text, "the letters of no meaning")
			}
			key[kind] = "key"
		}
	}
	require.Equal(t, was, is)
	if len(keys) == 1 && len(found) > 0 {
		var text string
		require.NoError(t, json.Unmarshal(found, &text))
		for _, want := range keys {
			require.Equal(t, want, text, "what the child gets is what the page said")
		}
	}
}

func FuzzCutKey(f *testing.F) {
	for _, tc := range cutCases {
		f.Add([]byte(tc.message))
	}
	for _, tc := range malformed {
		f.Add([]byte(tc.text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if !utf8.Valid(b) {
			return // refused before (gateway)
		}
		after := bytes.Clone(b)
		sameJudgement(t, b, after, cutKey(after))
	})
}

// TestKeysAreJudgedAsBefore: of a message without its key the schemas say what they
// said of it with its key.
func TestKeysAreJudgedAsBefore(t *testing.T) {
	schemas, err := LoadSchemas()
	require.NoError(t, err)
	for name, tc := range map[string]struct{ key, want string }{
		"too long":            {`{"id":"` + strings.Repeat("7", 65) + `"}`, "/key/id: maxLength"},
		"just right":          {`{"id":"` + strings.Repeat("7", 64) + `"}`, ""},
		"in letters":          {`{"id":"` + strings.Repeat("ễ", 64) + `"}`, ""},
		"in escapes":          {`{"id":"` + strings.Repeat(`\ud83d\ude00`, 64) + `"}`, ""},
		"one escape too many": {`{"id":"` + strings.Repeat(`\ud83d\ude00`, 65) + `"}`, "/key/id: maxLength"},
		"two":                 {`{"id":"000190000018","can":"000018"}`, "/key: maxProperties"},
		"no text":             {`{"id":1}`, "/key/id: type"},
		"of no kind":          {`{"pin":"1"}`, "/key: additionalProperties"},
	} {
		t.Run(name, func(t *testing.T) {
			r, bad := schemas.parseRequest([]byte(`{"jsonrpc":"2.0","id":1,"method":"card.read","params":{"fields":["fullName"],"purpose":"x","key":` + tc.key + `}}`))
			require.Nil(t, bad)
			assert.Equal(t, tc.want, schemas.check("card.read.params", r.params))
			assert.NotRegexp(t, `[2-9ễ]`, fmt.Sprint(r.params["key"]), "no letter of it is in the request")
		})
	}
}
