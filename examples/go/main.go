// Command go is a portal's back end in Go: a card check, then a second factor.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"
)

type object = map[string]any

type session struct {
	account, request string
	tries            int // left for the code, none before the card check
}

var (
	accounts map[string]struct{ Number, TOTP string }
	sessions = map[string]*session{}
	steps    = map[string]func(string, *session, object) object{"/start": start, "/evidence": evidence, "/code": code}
	mu       sync.Mutex
)

// verifier asks the verification service; nil for anything but success.
func verifier(path string, body object) (answer object) {
	data, _ := json.Marshal(body)
	q, _ := http.NewRequest("POST", os.Getenv("VERIFIER")+path, bytes.NewReader(data))
	q.Header = http.Header{"Authorization": {"Bearer " + os.Getenv("VERIFIER_KEY")}, "Content-Type": {"application/json"}}
	resp, err := http.DefaultClient.Do(q)
	if err == nil && resp.StatusCode < 300 {
		defer resp.Body.Close()
		_ = json.NewDecoder(resp.Body).Decode(&answer)
	}
	return answer
}

// totp is RFC 6238 with six digits and thirty seconds.
func totp(secret string, at int64) string {
	key, _ := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, at/30)
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7FFFFFFF%1_000_000)
}

func start(id string, _ *session, in object) object {
	name, _ := in["account"].(string)
	r := verifier("/v1/requests", object{"origin": os.Getenv("ORIGIN"), "purpose": "Kiểm tra thẻ", "groups": []string{"dg1"}, "session": id})
	if accounts[name].Number == "" || r == nil {
		return nil
	}
	sessions[id] = &session{account: name, request: r["id"].(string)}
	return object{"nonce": r["nonce"], "purpose": r["purpose"], "groups": r["groups"]}
}

func evidence(id string, s *session, in object) object {
	judged := verifier("/v1/evidence", object{"request": s.request, "session": id, "evidence": in["evidence"]})
	citizen, _ := judged["citizen"].(object)
	if judged["accepted"] != true || citizen["personalNumber"] != accounts[s.account].Number {
		return nil
	}
	s.tries = 3
	return object{"accepted": true, "next": "code"}
}

func code(_ string, s *session, in object) object {
	secret, now := accounts[s.account].TOTP, time.Now().Unix()
	if s.tries--; s.tries < 0 || in["code"] != totp(secret, now) && in["code"] != totp(secret, now-30) {
		return nil
	}
	s.tries = 0 // once
	return object{"signedIn": true}
}

func serve(w http.ResponseWriter, r *http.Request) {
	var in, answer object
	_ = json.NewDecoder(http.MaxBytesReader(w, r.Body, 2<<20)).Decode(&in)
	id, step := rand.Text(), steps[r.URL.Path]
	if c, err := r.Cookie("sid"); err == nil && r.URL.Path != "/start" {
		id = c.Value
	}
	mu.Lock()
	defer mu.Unlock()
	if s := sessions[id]; r.Method == "POST" && (r.URL.Path == "/start" || step != nil && s != nil) {
		answer = step(id, s, in)
	}
	if answer == nil {
		http.Error(w, `{"accepted":false}`, http.StatusForbidden)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "sid", Value: id, HttpOnly: true, SameSite: http.SameSiteStrictMode, Path: "/"})
	_ = json.NewEncoder(w).Encode(answer)
}

func main() {
	_ = json.Unmarshal([]byte(os.Getenv("ACCOUNTS")), &accounts)
	fmt.Fprintln(os.Stderr, http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(serve)))
}
